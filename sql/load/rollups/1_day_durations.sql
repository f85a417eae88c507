-- Loader: each day's histogram of run durations (for the buckets see migration 0002).
insert into telemetry.day_durations as d (day, bucket, runs)
select day, bucket, count(*)
from fresh
where bucket is not null
group by 1, 2
on conflict (day, bucket) do update set runs = d.runs + excluded.runs
