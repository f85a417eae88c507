-- The dashboard's sessions: the 100 with the newest events in the window, as in GET /stats. Data from
-- outside the window is ignored.
with newest as materialized (select * from fragments.newest_sessions as n)
select
    session_id::text as id, 'Visitor ' || right(anon::text, 6) as visitor, s.started_at, n.last_at,
    s.events, s.completed, s.exit_code::float8 as exit_code, s.duration_ms::float8 as duration_ms,
    s.interactive
from newest as n join fragments.sessions as s using (anon, session_id)
order by n.last_at desc, anon, session_id
