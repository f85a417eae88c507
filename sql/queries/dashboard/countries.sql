-- The dashboard's overview: events and distinct visitors of the window by country.
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
    select distinct v.country, v.anon
    from telemetry.visitor_months as v join months using (month)
    where v.days & months.days <> 0
),
visitors as (
    select country, count(*) as visitors from seen group by country
),
events as (
    select country, name, continent, sum(events)::bigint as events
    from telemetry.daily_countries
    where day between %(first)s and %(last)s
    group by country, name, continent
)
select country, e.name, e.continent, e.events, coalesce(v.visitors, 0) as visitors
from events as e left join visitors as v using (country)
order by visitors desc, events desc, country
