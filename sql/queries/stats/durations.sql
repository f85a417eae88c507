-- GET /stats: median and 90th percentile (nearest rank) of run durations in ms, within one percent.
with buckets as (
    select bucket, sum(runs) as runs
    from telemetry.day_durations
    where day between %(first)s and %(last)s
    group by bucket
),
ranked as (
    select
        case bucket when -1 then 0 else 2 * 1.02 ^ bucket / 2.02 end as value,
        sum(runs) over (order by bucket) as upto,
        sum(runs) over () as total
    from buckets
)
select
    round((min(value) filter (where upto >= 0.5 * total))::numeric, 1)::float8 as median,
    round((min(value) filter (where upto >= 0.9 * total))::numeric, 1)::float8 as p90
from ranked
