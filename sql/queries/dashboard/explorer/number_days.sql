-- The dashboard's explorer: percentiles (nearest rank) of a number by day, and over all days (day is
-- null).
with numbers as materialized (
    select day, case jsonb_typeof(value) when 'number' then value::float8 end as number
    from fragments.explored as e
    where jsonb_typeof(value) = 'number'
),
whole as (
    select day, number from numbers
    union all
    select null, number from numbers
),
summed as (
    select
        day, count(*) as events,
        avg(number::numeric)::float8 as mean, -- as floats, PostgreSQL's sum of squares overflows
        min(number) as lowest, max(number) as highest,
        percentile_disc(array[0.5, 0.9, 0.95, 0.99]) within group (order by number) as percentiles
    from whole
    group by day
)
select
    day, events, mean, lowest, highest, percentiles[1] as p50, percentiles[2] as p90,
    percentiles[3] as p95, percentiles[4] as p99
from summed
order by day nulls first
