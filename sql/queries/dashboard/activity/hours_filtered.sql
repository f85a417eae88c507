-- The dashboard's activity: the window's events by weekday (0 = Sunday) and hour in a time zone, under
-- a filter.
select
    extract(dow from local)::integer as weekday, extract(hour from local)::integer as hour,
    count(*) as events
from (
    select date_trunc('hour', t, 'UTC') at time zone %(zone)s as local
    from telemetry.events_between(
        %(first)s, %(last)s,
        %(countries)s, %(systems)s, %(versions)s, %(hosts)s, %(event)s
    )
) as hours
group by 1, 2
order by 1, 2
