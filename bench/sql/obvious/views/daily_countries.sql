-- The obvious way: each day's countries.
create materialized view daily_countries as
select
    (t at time zone 'UTC')::date as day, country, count(*) as events, count(distinct anon) as visitors
from events
group by 1, 2
