-- GET /stats: the 100 sessions with the newest event in the window, as the window saw them.
select
    n.session_id::text as id, right(n.anon::text, 6) as student, s.started_at, n.last_at, s.completed,
    s.exit_code, s.duration_ms, s.interactive
from telemetry.newest_sessions(%(first)s, %(last)s) as n
cross join lateral telemetry.session_between(n.anon, n.session_id, %(first)s, %(last)s) as s
order by n.last_at desc, n.anon, n.session_id
