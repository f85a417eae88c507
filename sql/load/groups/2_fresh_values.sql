-- Loader: this load's events by the values of each dimension.
insert into fresh_values
with fresh_runs as materialized (
    select
        day, exit_code, out_bytes_bucket,
        width_bucket(duration_ms, array[500, 1000, 3000, 10000, 30000, 60000, 120000]) as duration,
        count(*) as events
    from fresh
    where what = 'completed'
    group by 1, 2, 3, 4
)
select day, 'country', country, sum(events) from fresh_visitors group by day, country
union all
select day, 'os', os, sum(events) from fresh_visitors group by day, os
union all
select day, 'ext', ext, sum(events) from fresh_visitors group by day, ext
union all
select day, 'vscode', vscode, sum(events) from fresh_visitors group by day, vscode
union all
select day, 'evt', evt, sum(events) from fresh_counts group by day, evt
union all
select day, 'region', country || '-' || region, sum(events)
from fresh_counts where region is not null group by day, country, region
union all
select day, 'exit', coalesce(exit_code::text, '-'), sum(events) from fresh_runs group by day, exit_code
union all
select day, 'output', coalesce(out_bytes_bucket, '-'), sum(events)
from fresh_runs group by day, coalesce(out_bytes_bucket, '-')
union all
select day, 'duration', duration::text, sum(events)
from fresh_runs where duration is not null group by day, duration
union all
select day, 'exception', exception_hash, count(*)
from fresh where what = 'error' and exception_hash is not null group by day, exception_hash
