-- The dashboard's sessions: the 100 with the newest event in the window, as the window saw them. The
-- same as GET /stats answers.
select
    n.session_id::text as id, 'Student #' || right(n.anon::text, 6) as student, s.started_at, n.last_at,
    s.events, s.completed, s.exit_code::float8 as exit_code, s.duration_ms::float8 as duration_ms,
    s.interactive
from telemetry.newest_sessions(%(first)s, %(last)s) as n
cross join lateral telemetry.session_between(n.anon, n.session_id, %(first)s, %(last)s) as s
order by n.last_at desc, n.anon, n.session_id
