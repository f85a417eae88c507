-- The dashboard's activity and overview: sessions of each day of the window, and the median and 90th
-- percentile of their length in seconds, using only events that match a filter; the row without a day
-- covers the whole window.
with seen as materialized (
    select
        (t at time zone 'UTC')::date as day, anon, session_id,
        min(t) as first_at, max(t) as last_at
    from fragments.events as e
    where session_id is not null
    group by 1, 2, 3
),
lengths as (
    select day, extract(epoch from last_at - first_at)::float8 as seconds from seen
    union all
    select null, extract(epoch from max(last_at) - min(first_at))::float8
    from seen group by anon, session_id
)
select
    day, count(*) as sessions,
    percentile_disc(0.5) within group (order by seconds) as median,
    percentile_disc(0.9) within group (order by seconds) as p90
from lengths
group by day
order by day
