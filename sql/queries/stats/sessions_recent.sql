-- GET /stats: the 100 sessions with the newest events in the window. Data from outside it is ignored.
with newest as materialized (select * from fragments.newest_sessions as n)
select
    session_id::text as id, right(anon::text, 6) as student, s.started_at, n.last_at, s.completed,
    s.exit_code, s.duration_ms, s.interactive
from newest as n join fragments.sessions as s using (anon, session_id)
order by n.last_at desc, anon, session_id
