-- The dashboard's overview: events, visitors and runs of every day of the window under a filter.
with days as (
    select
        day, sum(events)::bigint as events, count(distinct anon) as visitors,
        sum(started)::bigint as started, sum(completed)::bigint as completed
    from telemetry.visits_between(
        %(first)s, %(last)s,
        %(countries)s, %(systems)s, %(versions)s, %(hosts)s, %(event)s, %(run_events)s
    )
    group by day
)
select
    d.day::date as day,
    coalesce(a.events, 0) as events, coalesce(a.visitors, 0) as visitors,
    coalesce(a.started, 0) as started, coalesce(a.completed, 0) as completed
from generate_series(%(first)s::timestamp, %(last)s::timestamp, interval '1 day') as d (day)
left join days as a on a.day = d.day::date
order by day
