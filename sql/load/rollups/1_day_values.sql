-- Loader: each day's events and visitors by the values of each dimension. Runs before visitor_days
-- learns of this load's visitors: who is not there yet is new to that day and value.
with known as (
    select v.*
    from (select distinct day, anon from fresh_visitors) as f
    cross join lateral (
        select v.day, v.anon, v.country, v.os, v.ext, v.vscode
        from telemetry.visitor_days as v
        where v.day = f.day and v.anon = f.anon
        offset 0 -- looked up by index, as in days
    ) as v
),
fresh_runs as materialized (
    select
        day, exit_code, out_bytes_bucket,
        width_bucket(duration_ms, array[500, 1000, 3000, 10000, 30000, 60000, 120000]) as duration,
        count(*) as events
    from fresh
    where what = 'completed'
    group by 1, 2, 3, 4
),
counted as (
    select day, 'country' as dimension, country as value, sum(events) as events, 0 as visitors
    from fresh_visitors group by day, country
    union all
    select day, 'os', os, sum(events), 0 from fresh_visitors group by day, os
    union all
    select day, 'ext', ext, sum(events), 0 from fresh_visitors group by day, ext
    union all
    select day, 'vscode', vscode, sum(events), 0 from fresh_visitors group by day, vscode
    union all
    select day, 'country', country, 0, count(*) from (
        select day, anon, country from fresh_visitors except select day, anon, country from known
    ) as unknown group by day, country
    union all
    select day, 'os', os, 0, count(*) from (
        select day, anon, os from fresh_visitors except select day, anon, os from known
    ) as unknown group by day, os
    union all
    select day, 'ext', ext, 0, count(*) from (
        select day, anon, ext from fresh_visitors except select day, anon, ext from known
    ) as unknown group by day, ext
    union all
    select day, 'vscode', vscode, 0, count(*) from (
        select day, anon, vscode from fresh_visitors except select day, anon, vscode from known
    ) as unknown group by day, vscode
    union all
    select day, 'evt', evt, sum(events), 0 from fresh_counts group by day, evt
    union all
    select day, 'region', country || '-' || region, sum(events), 0
    from fresh_counts where region is not null group by day, country, region
    union all
    select day, 'exit', coalesce(exit_code::text, '-'), sum(events), 0
    from fresh_runs group by day, exit_code
    union all
    select day, 'output', coalesce(out_bytes_bucket, '-'), sum(events), 0
    from fresh_runs group by day, coalesce(out_bytes_bucket, '-')
    union all
    select day, 'duration', duration::text, sum(events), 0
    from fresh_runs where duration is not null group by day, duration
    union all
    select day, 'exception', exception_hash, count(*), 0
    from fresh where what = 'error' and exception_hash is not null group by day, exception_hash
)
insert into telemetry.day_values as v (day, dimension, value, events, visitors)
select day, dimension, value, sum(events), sum(visitors)
from counted
group by day, dimension, value
on conflict (day, dimension, value) do update set
    events = v.events + excluded.events,
    visitors = v.visitors + excluded.visitors
