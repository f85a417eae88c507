-- The obvious way: events and visitors by country.
select country, count(*) as hits, count(distinct anon) as visitors
from events
where t >= %(first)s::timestamp at time zone 'UTC' and t < (%(last)s::date + 1)::timestamp at time zone 'UTC'
group by 1
order by 2 desc
