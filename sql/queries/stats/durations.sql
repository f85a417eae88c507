-- GET /stats: median and 90th percentile (nearest rank) of run durations in ms, within one percent.
with buckets as (
    select bucket, sum(runs) as runs
    from telemetry.day_durations
    where day between %(first)s and %(last)s
    group by bucket
),
ranked as (
    select
        case when bucket = -1 then 0
            -- below 50 ms the nearest whole number is the duration itself; beyond, rounding to 0.1
            -- could add to the bucket's own error of 0.99 %
            when bucket <= 197 then round(2 * 1.02 ^ bucket / 2.02)::float8
            else (2 * 1.02 ^ bucket / 2.02)::float8 end as value,
        sum(runs) over (order by bucket) as upto,
        sum(runs) over () as total
    from buckets
)
select
    min(value) filter (where upto >= 0.5 * total) as median,
    min(value) filter (where upto >= 0.9 * total) as p90
from ranked
