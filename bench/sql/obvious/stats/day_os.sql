-- The obvious way: events by day and operating system.
select (t at time zone 'UTC')::date as day, os, count(*) as hits
from events
where t >= %(first)s::timestamp at time zone 'UTC' and t < (%(last)s::date + 1)::timestamp at time zone 'UTC'
group by 1, 2
