-- The dashboard's sessions under a filter: the 100 with the newest events in the window, among those
-- with a matching event. Their figures cover all their events in the window.
with matching as materialized (
    select distinct anon, session_id
    from fragments.events as e
    where session_id is not null
),
newest as materialized (
    select s.anon, s.session_id, max(s.last_at) as last_at
    from telemetry.session_days as s join matching using (anon, session_id)
    where s.day between %(first)s and %(last)s
    group by s.anon, s.session_id
    order by last_at desc, s.anon, s.session_id
    limit 100
)
select
    session_id::text as id, 'Visitor ' || right(anon::text, 6) as visitor, s.started_at, n.last_at,
    s.events, s.completed, s.exit_code::float8 as exit_code, s.duration_ms::float8 as duration_ms,
    s.interactive
from newest as n join fragments.sessions as s using (anon, session_id)
order by n.last_at desc, anon, session_id
