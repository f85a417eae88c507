-- The dashboard's activity: the window's events by weekday (0 = Sunday) and hour in a time zone. In a
-- zone offset by part of an hour, each UTC hour counts as the local hour it begins in.
select
    extract(dow from local)::integer as weekday, extract(hour from local)::integer as hour,
    sum(events)::bigint as events
from (
    select hour at time zone %(zone)s as local, events
    from telemetry.hours
    where hour >= %(first)s::timestamp at time zone 'UTC'
      and hour < (%(last)s::date + 1)::timestamp at time zone 'UTC'
) as hours
group by 1, 2
order by 1, 2
