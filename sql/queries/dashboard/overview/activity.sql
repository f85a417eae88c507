-- The dashboard's overview: events, visitors and runs of every day of the window, zeros included.
select
    d.day::date as day,
    coalesce(a.events, 0) as events, coalesce(a.visitors, 0) as visitors,
    coalesce(a.started, 0) as started, coalesce(a.completed, 0) as completed
from generate_series(%(first)s::timestamp, %(last)s::timestamp, interval '1 day') as d (day)
left join telemetry.daily_activity as a on a.day = d.day::date
order by day
