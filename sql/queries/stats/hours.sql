-- GET /stats: events by hour of the day.
select extract(hour from hour at time zone 'UTC')::integer as hour, sum(events)::bigint as events
from telemetry.hours
where hour >= %(first)s::timestamp at time zone 'UTC'
  and hour < (%(last)s::date + 1)::timestamp at time zone 'UTC'
group by 1
