-- The dashboard's sessions: the visitors who had a session of this id in the window. Ids are the
-- clients' own: two visitors may have the same.
with seen as (
    select distinct anon
    from telemetry.session_days
    where session_id = %(session)s
      and last_at >= %(first)s::timestamp at time zone 'UTC'
      and first_at < (%(last)s::date + 1)::timestamp at time zone 'UTC'
    limit 20
)
select
    s.anon::text as anon, 'Student #' || right(s.anon::text, 6) as student,
    min(s.first_at) as started_at, max(s.last_at) as last_at, sum(s.events)::bigint as events
from seen join telemetry.session_days as s using (anon)
where s.session_id = %(session)s
group by s.anon
order by last_at desc, s.anon
