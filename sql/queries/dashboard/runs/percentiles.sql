-- The dashboard's performance: percentiles (nearest rank) of run durations in ms, within one percent,
-- for every day of the window; null if no run reported its duration.
with buckets as (
    select day, bucket, sum(runs) as runs
    from fragments.durations(by_version => false) as d
    group by day, bucket
),
ranked as (
    select
        day, telemetry.bucket_ms(bucket) as ms,
        sum(runs) over (partition by day order by bucket) as upto,
        sum(runs) over (partition by day) as total
    from buckets
)
select
    d.day::date as day,
    coalesce(max(total), 0)::bigint as runs,
    min(ms) filter (where upto >= 0.5 * total) as p50,
    min(ms) filter (where upto >= 0.9 * total) as p90,
    min(ms) filter (where upto >= 0.95 * total) as p95,
    min(ms) filter (where upto >= 0.99 * total) as p99
from generate_series(%(first)s::timestamp, %(last)s::timestamp, interval '1 day') as d (day)
left join ranked as r on r.day = d.day::date
group by d.day
order by day
