-- Loader: each day's totals.
with unknown as (
    select day, count(*) as visitors
    from (select day, anon from fresh_visitors except select day, anon from fresh_known) as f
    group by day
)
insert into telemetry.days as d (
    day, events, visitors, installs, started, completed, compile_errors, runtime_errors,
    interactive, truncated, durations, waits, wait_ms
)
select
    day, v.events, coalesce(unknown.visitors, 0), coalesce(i.installs, 0),
    v.started, v.completed, v.compile_errors, v.runtime_errors,
    coalesce(r.interactive, 0), coalesce(r.truncated, 0), coalesce(r.durations, 0),
    coalesce(r.waits, 0), coalesce(r.wait_ms, 0)
from (
    select
        day, sum(events) as events, sum(started) as started, sum(completed) as completed,
        sum(compile_errors) as compile_errors, sum(runtime_errors) as runtime_errors
    from fresh_visitors
    group by day
) as v
left join (
    select day, sum(events) as installs
    from fresh_counts
    where what = 'installed'
    group by day
) as i using (day)
left join (
    select
        day,
        count(*) filter (where scanner_usage) as interactive,
        count(*) filter (where truncated_output) as truncated,
        count(duration_ms) as durations,
        count(wait_ms_total) filter (where duration_ms is not null) as waits,
        sum(wait_ms_total) filter (where duration_ms is not null) as wait_ms
    from fresh
    where what = 'completed'
    group by day
) as r using (day)
left join unknown using (day)
on conflict (day) do update set
    events = d.events + excluded.events,
    visitors = d.visitors + excluded.visitors,
    installs = d.installs + excluded.installs,
    started = d.started + excluded.started,
    completed = d.completed + excluded.completed,
    compile_errors = d.compile_errors + excluded.compile_errors,
    runtime_errors = d.runtime_errors + excluded.runtime_errors,
    interactive = d.interactive + excluded.interactive,
    truncated = d.truncated + excluded.truncated,
    durations = d.durations + excluded.durations,
    waits = d.waits + excluded.waits,
    wait_ms = d.wait_ms + excluded.wait_ms
