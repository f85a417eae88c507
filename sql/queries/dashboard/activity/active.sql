-- The dashboard's activity: distinct visitors of each day, and of the 7 and 30 days that end with it. A
-- visit counts for n days, or until the visitor's next one: these spans don't overlap, so one pass adds
-- them up. Visits are first counted by their day and the number of days to the next one (0: another row
-- of the same day; 30: that many, more, or none), before any work for each n.
with visits as (
    select day, least(coalesce(lead(day) over (partition by anon order by day) - day, 30), 30) as gap
    from fragments.visits(first => %(first)s::date - 29) as v
),
gaps as (
    select day, gap, count(*) as visits from visits where gap > 0 group by day, gap
),
changes as (
    select day, length, visits as change
    from gaps cross join (values (1), (7), (30)) as n (length)
    union all
    select day + least(gap, length), length, -visits
    from gaps cross join (values (1), (7), (30)) as n (length)
    union all
    select d.day::date, length, 0
    from generate_series(%(first)s::timestamp, %(last)s::timestamp, interval '1 day') as d (day)
    cross join (values (1), (7), (30)) as n (length)
),
running as (
    select day, length, sum(sum(change)) over (partition by length order by day) as active
    from changes
    group by day, length
)
select
    day,
    max(active) filter (where length = 1)::bigint as daily,
    max(active) filter (where length = 7)::bigint as weekly,
    max(active) filter (where length = 30)::bigint as monthly
from running
where day between %(first)s and %(last)s
group by day
order by day
