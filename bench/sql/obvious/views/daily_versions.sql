-- The obvious way: each day's versions.
create materialized view daily_versions as
select
    (t at time zone 'UTC')::date as day, ext, count(*) as events, count(distinct anon) as visitors
from events
group by 1, 2
