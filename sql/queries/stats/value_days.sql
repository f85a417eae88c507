-- GET /stats: events by day, for the dimensions drawn over time: the values with the most events in the
-- window, and each day's others together. Runs without an exit code count as exit 0.
with counts as (
    select
        day, dimension, events,
        case when (dimension, value) = ('exit', '-') then '0' else value end as value
    from telemetry.day_values
    where day between %(first)s and %(last)s and dimension in ('os', 'exit')
),
totals as (
    select *, sum(events) over (partition by dimension, value) as total from counts
),
ranked as (
    select
        *,
        dense_rank() over (
            partition by dimension order by value = '(other)', total desc, value collate "C"
        ) as rank
    from totals
)
select
    dimension,
    day,
    case when rank <= %(most_daily_values)s or value = '(other)' then value else 'other' end as value,
    sum(events)::bigint as events
from ranked
group by 1, 2, 3
order by day
