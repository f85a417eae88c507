-- The dashboard's performance: run durations of the window in classes that are equally wide on a
-- logarithmic scale, above `from_ms`, up to `to_ms`: twelve buckets each, ten classes from one
-- power of ten to the next.
with classes as (
    select greatest(0, ceil(bucket / 12.0)) as class, sum(runs) as runs
    from fragments.durations(by_version => false) as d
    group by 1
)
select
    (1.02 ^ (12 * (class - 1)))::float8 as from_ms, (1.02 ^ (12 * class))::float8 as to_ms,
    runs::bigint as runs, (runs / sum(runs) over ())::float8 as share
from classes
order by class
