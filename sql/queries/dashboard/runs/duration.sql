-- The dashboard's performance: percentiles (nearest rank) of the run durations of the whole window in
-- ms, within one percent; null if no run reported its duration.
with buckets as (
    select bucket, sum(runs) as runs
    from fragments.durations(by_version => false) as d
    group by bucket
),
ranked as (
    select
        telemetry.bucket_ms(bucket) as ms, sum(runs) over (order by bucket) as upto,
        sum(runs) over () as total
    from buckets
)
select
    coalesce(max(total), 0)::bigint as runs,
    min(ms) filter (where upto >= 0.5 * total) as p50,
    min(ms) filter (where upto >= 0.9 * total) as p90,
    min(ms) filter (where upto >= 0.95 * total) as p95,
    min(ms) filter (where upto >= 0.99 * total) as p99
from ranked
