-- GET /stats: median and 90th percentile (nearest rank) of run durations in ms, within one percent.
with buckets as (
    select bucket, sum(runs) as runs
    from (
        -- in the select list: with the view day_durations it takes half as long again
        select unnest(buckets) as bucket, unnest(runs) as runs
        from telemetry.day_histograms
        where day between %(first)s and %(last)s
    ) as days
    group by bucket
),
ranked as (
    select bucket, sum(runs) over (order by bucket) as upto, sum(runs) over () as total
    from buckets
)
select
    telemetry.bucket_ms(min(bucket) filter (where upto >= 0.5 * total)) as median,
    telemetry.bucket_ms(min(bucket) filter (where upto >= 0.9 * total)) as p90
from ranked
