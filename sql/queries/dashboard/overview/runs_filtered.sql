-- The dashboard's overview: completed runs, those that reported an exit code, those with exit code 0,
-- and the median duration in ms (within one percent), of each day that has any, under a filter; the row
-- without a day covers the whole window.
with runs as materialized (
    select
        (t at time zone 'UTC')::date as day, exit_code,
        telemetry.duration_bucket(duration_ms) as bucket
    from fragments.events as e
    where evt = %(run_events)s || '.completed'
)
select
    day, count(*) as completed, count(exit_code) as reported,
    count(*) filter (where exit_code = 0) as succeeded,
    telemetry.bucket_ms(percentile_disc(0.5) within group (order by bucket)) as median
from runs
group by day
union all
select
    null, count(*), count(exit_code), count(*) filter (where exit_code = 0),
    telemetry.bucket_ms(percentile_disc(0.5) within group (order by bucket))
from runs
having count(*) > 0
order by day
