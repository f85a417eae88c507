-- The dashboard's activity: distinct visitors of the window by hour of the day in a time zone: the bits
-- of each day's UTC hours, rotated by the zone's offset on that day. In a zone offset by part of an
-- hour, each UTC hour counts as the local hour it begins in.
with ahead as materialized (
    select
        array_agg(
            (24 + floor(extract(epoch from noon at time zone 'UTC' at time zone %(zone)s - noon) / 3600)::integer)
                %% 24
            order by noon
        ) as by_day
    from generate_series(%(first)s::date + time '12:00', %(last)s::date + time '12:00', interval '1 day')
        as d (noon)
),
turned as (
    select v.anon, v.hours, (select by_day from ahead)[v.day - %(first)s::date + 1] as ahead
    from fragments.visits as v
),
visitors as materialized (
    select bit_or((hours << ahead) | (hours >> (24 - ahead))) as hours
    from turned
    group by anon
)
select h.hour, count(v.hours) filter (where v.hours & (1 << h.hour) <> 0) as visitors
from generate_series(0, 23) as h (hour) left join visitors as v on true
group by h.hour
order by 1
