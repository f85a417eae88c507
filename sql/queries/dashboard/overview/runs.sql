-- The dashboard's overview: completed runs, those that reported an exit code, those with exit code 0,
-- and the median duration in ms (within one percent), of each day that has any; the row without a day
-- covers the whole window.
with exits as (
    select
        day, events as completed,
        case when value <> '-' then events else 0 end as reported,
        case when value = '0' then events else 0 end as succeeded
    from telemetry.day_values
    where dimension = 'exit' and day between %(first)s and %(last)s
),
outcomes as (
    select
        day, sum(completed)::bigint as completed, sum(reported)::bigint as reported,
        sum(succeeded)::bigint as succeeded
    from exits group by day
    union all
    select null, sum(completed)::bigint, sum(reported)::bigint, sum(succeeded)::bigint
    from exits having count(*) > 0
),
buckets as (
    select day, bucket, runs from telemetry.day_durations where day between %(first)s and %(last)s
),
ranked as (
    select
        day, bucket, sum(runs) over (partition by day order by bucket) as upto,
        sum(runs) over (partition by day) as total
    from (
        select day, bucket, runs from buckets
        union all
        select null, bucket, sum(runs) from buckets group by bucket
    ) as each_and_all
),
medians as (
    select day, telemetry.bucket_ms(min(bucket)) as median
    from ranked
    where upto >= 0.5 * total
    group by day
)
select o.day, o.completed, o.reported, o.succeeded, m.median
from outcomes as o left join medians as m on m.day is not distinct from o.day
order by o.day
