-- The dashboard's performance and errors: the same as runs/days under a filter, from the events.
with told as (
    select
        (t at time zone 'UTC')::date as day, evt = %(run_events)s || '.started' as started,
        evt = %(run_events)s || '.completed' as completed,
        evt = %(run_events)s || '.error' and error_phase is not distinct from 'compile' as uncompiled,
        evt = %(run_events)s || '.error' and error_phase is distinct from 'compile' as crashed,
        scanner_usage, truncated_output, duration_ms,
        case when duration_ms is not null then wait_ms_total end as wait_ms
    from fragments.events as e
    where evt = any (array[
        %(run_events)s || '.started', %(run_events)s || '.completed', %(run_events)s || '.error'
    ])
),
counted as (
    select
        day,
        count(*) filter (where started) as started,
        count(*) filter (where completed) as completed,
        count(*) filter (where uncompiled) as compile_errors,
        count(*) filter (where crashed) as runtime_errors,
        count(*) filter (where completed and scanner_usage) as interactive,
        count(*) filter (where completed and truncated_output) as truncated,
        count(duration_ms) filter (where completed) as durations,
        count(wait_ms) filter (where completed) as waits,
        (sum(wait_ms) filter (where completed))::bigint as wait_ms
    from told
    group by day
)
select
    d.day::date as day,
    coalesce(r.started, 0) as started, coalesce(r.completed, 0) as completed,
    coalesce(r.compile_errors, 0) as compile_errors, coalesce(r.runtime_errors, 0) as runtime_errors,
    coalesce(r.interactive, 0) as interactive, coalesce(r.truncated, 0) as truncated,
    coalesce(r.durations, 0) as durations, coalesce(r.waits, 0) as waits,
    coalesce(r.wait_ms, 0) as wait_ms
from generate_series(%(first)s::timestamp, %(last)s::timestamp, interval '1 day') as d (day)
left join counted as r on r.day = d.day::date
order by day
