-- Loader: the months of this load that need a partition: at most 13 months back, or with 1,000 events
-- including this load. Other dates stay in events_odd: a client that sends a few events in each of many
-- months creates no tables.
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
