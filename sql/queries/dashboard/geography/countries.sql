-- The dashboard's geography and overview: events and distinct visitors of the window by country.
with visitors as (
    select country, count(distinct anon) as visitors
    from telemetry.visitors_between(%(first)s, %(last)s)
    group by country
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
