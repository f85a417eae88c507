-- The obvious way: events and visitors by hour of the day.
select
    extract(hour from t at time zone 'UTC')::integer as hour,
    count(*) as hits, count(distinct anon) as visitors
from events
where t >= %(first)s::timestamp at time zone 'UTC' and t < (%(last)s::date + 1)::timestamp at time zone 'UTC'
group by 1
