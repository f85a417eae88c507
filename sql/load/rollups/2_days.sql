-- Loader: each day's totals. Runs before visitor_days learns of this load's visitors.
with unknown as (
    -- a subquery with a limit is looked up by index, whatever the planner thinks of the tables' sizes
    select day, count(*) as visitors
    from (select distinct day, anon from fresh_visitors) as f
    where (
        select true from telemetry.visitor_days as known
        where known.day = f.day and known.anon = f.anon
        limit 1
    ) is null
    group by day
)
insert into telemetry.days as d (
    day, events, visitors, installs, started, completed, compile_errors, runtime_errors,
    interactive, truncated, durations, waits, wait_ms
)
select
    day,
    count(*),
    coalesce(min(unknown.visitors), 0),
    count(*) filter (where evt = 'install.created'),
    count(*) filter (where what = 'started'),
    count(*) filter (where what = 'completed'),
    count(*) filter (where what = 'error' and error_phase is not distinct from 'compile'),
    count(*) filter (where what = 'error' and error_phase is distinct from 'compile'),
    count(*) filter (where what = 'completed' and scanner_usage),
    count(*) filter (where what = 'completed' and truncated_output),
    count(duration_ms) filter (where what = 'completed'),
    count(wait_ms_total) filter (where what = 'completed' and duration_ms is not null),
    coalesce(sum(wait_ms_total) filter (where what = 'completed' and duration_ms is not null), 0)
from fresh left join unknown using (day)
group by day
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
