-- Loader: each day's histogram of run durations (for the buckets see migration 0002).
insert into telemetry.day_durations as d (day, bucket, runs)
select day, case when duration_ms < 1 then -1 else ceil(ln(duration_ms::float8) / ln(1.02::float8)) end, count(*)
from fresh
where what = 'completed' and duration_ms is not null
group by 1, 2
on conflict (day, bucket) do update set runs = d.runs + excluded.runs
