-- GET /stats: each day's totals.
select
    day, events, visitors, started, completed, compile_errors, runtime_errors,
    interactive, truncated, durations, waits, wait_ms
from telemetry.days
where day between %(first)s and %(last)s
order by day
