-- Loader: the months of this load that are to get their partition: at most 13 months back, or 1,000 events
-- with this load. Other dates stay in the partition of odd dates: whoever sends a few events of many
-- months makes no tables.
with days as materialized (select day, count(*) as events from fresh group by day),
months as (
    select date_trunc('month', day)::date as month, sum(events)::bigint as events
    from days
    group by 1
),
missing as materialized (
    select month, events
    from months
    where to_regclass('telemetry.events_' || to_char(month, 'YYYY_MM')) is null
),
clock as (select date_trunc('month', now() at time zone 'UTC') as this_month)
select month from missing cross join clock
where month between this_month - interval '13 months' and this_month + interval '1 month'
   or events + telemetry.odd_events(month, 1000) >= 1000
