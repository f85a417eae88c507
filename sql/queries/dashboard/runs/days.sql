-- The dashboard's performance and errors: the runs of every day of the window, zeros included.
-- Durations and waits are how many completed runs reported them; wait_ms is the sum.
select
    d.day::date as day,
    coalesce(r.started, 0) as started, coalesce(r.completed, 0) as completed,
    coalesce(r.compile_errors, 0) as compile_errors, coalesce(r.runtime_errors, 0) as runtime_errors,
    coalesce(r.interactive, 0) as interactive, coalesce(r.truncated, 0) as truncated,
    coalesce(r.durations, 0) as durations, coalesce(r.waits, 0) as waits,
    coalesce(r.wait_ms, 0) as wait_ms
from generate_series(%(first)s::timestamp, %(last)s::timestamp, interval '1 day') as d (day)
left join telemetry.days as r on r.day = d.day::date
order by day
