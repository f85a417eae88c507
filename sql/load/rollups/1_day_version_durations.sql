-- Loader: each day's histogram of run durations by version (for the buckets see migration 0002).
insert into telemetry.day_version_durations as d (day, ext, bucket, runs)
select day, ext, bucket, count(*)
from fresh
where bucket is not null
group by 1, 2, 3
on conflict (day, ext, bucket) do update set runs = d.runs + excluded.runs
