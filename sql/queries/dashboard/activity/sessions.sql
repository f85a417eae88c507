-- The dashboard's activity and overview: sessions of each day of the window, and the median and 90th
-- percentile of their length in seconds, from a session's first to its last event of the day; the row
-- without a day covers the whole window. A session's row of a day ends on that day, so the index
-- serves.
with seen as materialized (
    select day, anon, session_id, first_at, last_at
    from telemetry.session_days
    where last_at >= %(first)s::timestamp at time zone 'UTC'
      and last_at < (%(last)s::date + 1)::timestamp at time zone 'UTC'
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
