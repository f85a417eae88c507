-- Loader: each day's histogram of run durations by version (see schema/3_rollups for the buckets).
with counted as (
    select day, ext, bucket, count(*) as runs
    from fresh
    where bucket is not null
    group by day, ext, bucket
)
insert into telemetry.day_version_histograms as h (day, ext, buckets, runs)
select day, ext, array_agg(bucket order by bucket), array_agg(runs order by bucket)
from counted
group by day, ext
on conflict (day, ext) do update set (buckets, runs) = (
    select buckets, runs
    from telemetry.add_histograms(h.buckets, h.runs, excluded.buckets, excluded.runs)
)
