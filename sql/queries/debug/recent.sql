-- GET /debug/recent: the newest events, by event time.
select
    t, evt, os, ext, vscode, country, region, right(anon::text, 6) as student, session_id,
    duration_ms, exit_code, m
from telemetry.events
where t <= now() + interval '1 day'
order by t desc
limit 50
