-- The obvious way: events and visitors by day.
select (t at time zone 'UTC')::date as day, count(*) as hits, count(distinct anon) as uniques
from events
where t >= %(first)s::timestamp at time zone 'UTC' and t < (%(last)s::date + 1)::timestamp at time zone 'UTC'
group by 1
order by 1
