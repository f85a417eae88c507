-- The dashboard's overview and activity: events, visitors, new visitors, runs and errors of every day
-- of the window, zeros included.
with newcomers as (
    select first_day as day, count(*) as visitors
    from telemetry.visitors
    where first_day between %(first)s and %(last)s
    group by first_day
)
select
    d.day::date as day,
    coalesce(a.events, 0) as events, coalesce(a.visitors, 0) as visitors,
    coalesce(n.visitors, 0) as new_visitors,
    coalesce(a.started, 0) as started, coalesce(a.completed, 0) as completed,
    coalesce(a.compile_errors + a.runtime_errors, 0) as errors
from generate_series(%(first)s::timestamp, %(last)s::timestamp, interval '1 day') as d (day)
left join telemetry.days as a on a.day = d.day::date
left join newcomers as n on n.day = d.day::date
order by day
