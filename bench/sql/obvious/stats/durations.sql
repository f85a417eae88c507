-- The obvious way: percentiles of the durations of completed runs.
select
    percentile_cont(0.5) within group (order by duration_ms) as median,
    percentile_cont(0.9) within group (order by duration_ms) as p90,
    avg(wait_ms_total)::float8 as wait
from events
where t >= %(first)s::timestamp at time zone 'UTC' and t < (%(last)s::date + 1)::timestamp at time zone 'UTC'
  and evt = 'java.run.completed'
