-- The dashboard's performance: run durations of the window in classes of equal width on a logarithmic
-- scale, above `from_ms` and up to `to_ms`: twelve buckets a class, ten classes per power of ten.
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
