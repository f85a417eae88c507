-- The dashboard's release health: percentiles (nearest rank) of run durations in ms, within one
-- percent, by version.
with buckets as (
    select ext, bucket, sum(runs) as runs
    from fragments.durations(by_version => true) as d
    group by ext, bucket
),
ranked as (
    select
        ext, telemetry.bucket_ms(bucket) as ms,
        sum(runs) over (partition by ext order by bucket) as upto,
        sum(runs) over (partition by ext) as total
    from buckets
)
select
    ext as version, max(total)::bigint as durations,
    min(ms) filter (where upto >= 0.5 * total) as p50,
    min(ms) filter (where upto >= 0.9 * total) as p90,
    min(ms) filter (where upto >= 0.95 * total) as p95,
    min(ms) filter (where upto >= 0.99 * total) as p99
from ranked
group by ext
order by durations desc, ext collate "C"
