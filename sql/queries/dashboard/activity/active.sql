-- The dashboard's activity: distinct visitors of each day, and of the 7 and 30 days that end with it.
-- A visit on a day counts for n days, or up to the visitor's next one: these spans do not overlap, so
-- one pass adds them up.
with seen as (
    select distinct anon, day
    from telemetry.visits_between(
        %(first)s::date - 29, %(last)s,
        %(countries)s, %(systems)s, %(versions)s, %(hosts)s, %(event)s, %(run_events)s
    )
),
visits as (
    select day, lead(day) over (partition by anon order by day) as next_day from seen
),
starts as (
    select length, day, count(*) as change
    from visits cross join (values (1), (7), (30)) as n (length)
    group by length, day
),
ends as (
    select length, least(day + length, next_day) as day, -count(*) as change
    from visits cross join (values (1), (7), (30)) as n (length)
    group by 1, 2
),
days as (
    select d.day::date as day, length
    from generate_series(%(first)s::date - 29, %(last)s::date, interval '1 day') as d (day)
    cross join (values (1), (7), (30)) as n (length)
),
running as (
    select
        day, length,
        sum(coalesce(s.change, 0) + coalesce(e.change, 0)) over (partition by length order by day)
            as active
    from days left join starts as s using (day, length) left join ends as e using (day, length)
)
select
    day,
    max(active) filter (where length = 1)::bigint as daily,
    max(active) filter (where length = 7)::bigint as weekly,
    max(active) filter (where length = 30)::bigint as monthly
from running
where day >= %(first)s
group by day
order by day
