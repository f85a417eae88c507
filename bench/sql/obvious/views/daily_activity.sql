-- The obvious way: each day.
create materialized view daily_activity as
select
    (t at time zone 'UTC')::date as day, count(*) as events, count(distinct anon) as visitors,
    count(*) filter (where evt = 'java.run.started') as started,
    count(*) filter (where evt = 'java.run.completed') as completed
from events
group by 1
