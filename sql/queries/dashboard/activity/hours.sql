-- The dashboard's activity: the window's events by weekday (0 = Sunday) and hour in a time zone. Where
-- a zone is off by a part of an hour, UTC hours count for the one they begin in.
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
