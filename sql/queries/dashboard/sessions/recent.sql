-- The dashboard's sessions: the 100 with the newest event in the window, as the window saw them. The
-- same as GET /stats answers.
with newest as (
    select s.anon, s.session_id, s.last_at
    from telemetry.session_days as s
    where s.last_at >= %(first)s::timestamp at time zone 'UTC'
      and s.last_at < (%(last)s::date + 1)::timestamp at time zone 'UTC'
      and not exists (
          select from telemetry.session_days as later
          where (later.anon, later.session_id) = (s.anon, s.session_id)
            and later.day > s.day and later.day <= %(last)s
      )
    order by s.last_at desc, s.anon, s.session_id
    limit 100
)
select
    n.session_id as id, 'Student #' || right(n.anon::text, 6) as student, o.started_at, n.last_at,
    o.events, o.completed, run.exit_code::float8 as exit_code, run.duration_ms::float8 as duration_ms,
    coalesce(run.interactive, false) as interactive
from newest as n
cross join lateral (
    select
        min(s.first_at) as started_at, count(s.completed_at) > 0 as completed,
        sum(s.events)::bigint as events
    from telemetry.session_days as s
    where (s.anon, s.session_id) = (n.anon, n.session_id) and s.day between %(first)s and %(last)s
) as o
left join lateral (
    select s.exit_code, s.duration_ms, s.interactive
    from telemetry.session_days as s
    where (s.anon, s.session_id) = (n.anon, n.session_id) and s.day between %(first)s and %(last)s
      and s.completed_at is not null
    order by s.completed_at desc
    limit 1
) as run on true
order by n.last_at desc, n.anon, n.session_id
