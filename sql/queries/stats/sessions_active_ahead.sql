-- GET /stats: sessions seen in the last ten minutes that have not completed, for when a session began
-- in the past and its last_at is in the future, because its clock is ahead (see stats/sessions_active).
-- The events show whether it was seen in those minutes.
with seen as (
    select anon, session_id
    from telemetry.session_days
    where last_at between %(now)s - interval '10 minutes' and %(now)s
    union
    select e.anon, e.session_id
    from telemetry.events as e
    join telemetry.session_days as s using (anon, session_id)
    where s.last_at > %(now)s and s.first_at <= %(now)s
      and e.t between %(now)s - interval '10 minutes' and %(now)s
)
select count(*) as sessions
from seen
where not exists (
    select from telemetry.session_days as o
    where (o.anon, o.session_id) = (seen.anon, seen.session_id) and o.completed_at is not null
)
