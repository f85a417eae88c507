-- The dashboard's activity: distinct visitors of the window by hour of the day in a time zone: the bits
-- of each day's UTC hours, turned by what the zone is ahead on that day. Where that is a part of an hour,
-- UTC hours count for the one they begin in.
with ahead as (
    select
        noon::date as day,
        (24 + floor(extract(epoch from noon at time zone 'UTC' at time zone %(zone)s - noon) / 3600)::integer)
            %% 24 as hours
    from generate_series(%(first)s::date + time '12:00', %(last)s::date + time '12:00', interval '1 day')
        as d (noon)
),
visitors as (
    select bit_or((v.hours << a.hours) | (v.hours >> (24 - a.hours))) as hours
    from telemetry.visits_between(
        %(first)s, %(last)s,
        %(countries)s, %(systems)s, %(versions)s, %(hosts)s, %(event)s, %(run_events)s
    ) as v join ahead as a using (day)
    group by v.anon
)
select h.hour, count(v.hours) filter (where v.hours & (1 << h.hour) <> 0) as visitors
from generate_series(0, 23) as h (hour) left join visitors as v on true
group by h.hour
order by 1
