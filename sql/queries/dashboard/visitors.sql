-- The dashboard's overview: distinct visitors of the window. Sums of daily visitors would count
-- who came on two days twice.
with months as (
    -- the window's months, with a mask of the days that lie in it
    select
        month::date,
        ((1::bigint << (least(%(last)s, (month + interval '1 month - 1 day')::date) - month::date + 1)) - 1
            & ~((1::bigint << (greatest(%(first)s, month::date) - month::date)) - 1))::integer as days
    from generate_series(
        date_trunc('month', %(first)s::timestamp), %(last)s::timestamp, interval '1 month'
    ) as month
),
seen as (
    select distinct v.anon
    from telemetry.visitor_months as v join months using (month)
    where v.days & months.days <> 0
)
select count(*) as visitors from seen
