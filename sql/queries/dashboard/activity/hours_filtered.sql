-- The dashboard's activity: the window's events by weekday (0 = Sunday) and hour in a time zone, under
-- a filter.
select
    extract(dow from local)::integer as weekday, extract(hour from local)::integer as hour,
    count(*) as events
from (
    select date_trunc('hour', t, 'UTC') at time zone %(zone)s as local
    from fragments.events as e
) as hours
group by 1, 2
order by 1, 2
