-- Loader: each day's histogram of run durations (see schema/3_rollups for the buckets).
with counted as (
    select day, bucket, count(*) as runs from fresh where bucket is not null group by day, bucket
)
insert into telemetry.day_histograms as h (day, buckets, runs)
select day, array_agg(bucket order by bucket), array_agg(runs order by bucket)
from counted
group by day
on conflict (day) do update set (buckets, runs) = (
    select buckets, runs
    from telemetry.add_histograms(h.buckets, h.runs, excluded.buckets, excluded.runs)
)
