-- GET /stats: events by day, for the dimensions that are drawn over time: the values with the most
-- events in the window, and on each day the others together.
with totals as (
    select *, sum(events) over (partition by dimension, value) as total
    from telemetry.day_values
    where day between %(first)s and %(last)s and dimension in ('os', 'exit')
),
ranked as (
    select
        *,
        dense_rank() over (partition by dimension order by total desc, value collate "C") as place
    from totals
)
select
    dimension,
    day,
    case when place <= %(most_daily_values)s then value else 'other' end as value,
    sum(events)::bigint as events
from ranked
group by 1, 2, 3
order by day
