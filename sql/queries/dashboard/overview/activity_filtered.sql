-- The dashboard's overview and activity: events, visitors, new visitors (to the application, on that
-- day), runs and errors of every day of the window under a filter.
with days as (
    select
        v.day, sum(v.events)::bigint as events, count(distinct v.anon) as visitors,
        count(distinct v.anon) filter (where n.first_day = v.day) as new_visitors,
        sum(v.started)::bigint as started, sum(v.completed)::bigint as completed,
        sum(v.compile_errors + v.runtime_errors)::bigint as errors
    from fragments.visits as v
    left join telemetry.visitors as n using (anon)
    group by v.day
)
select
    d.day::date as day,
    coalesce(a.events, 0) as events, coalesce(a.visitors, 0) as visitors,
    coalesce(a.new_visitors, 0) as new_visitors,
    coalesce(a.started, 0) as started, coalesce(a.completed, 0) as completed,
    coalesce(a.errors, 0) as errors
from generate_series(%(first)s::timestamp, %(last)s::timestamp, interval '1 day') as d (day)
left join days as a on a.day = d.day::date
order by day
