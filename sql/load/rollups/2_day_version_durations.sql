-- Loader: each day's histogram of run durations by version (for the buckets see migration 0002).
insert into telemetry.day_version_durations as d (day, ext, bucket, runs)
select
    day, ext,
    case when duration_ms < 1 then -1 else ceil(ln(duration_ms::float8) / ln(1.02::float8)) end,
    count(*)
from fresh
where what = 'completed' and duration_ms is not null
group by 1, 2, 3
on conflict (day, ext, bucket) do update set runs = d.runs + excluded.runs
