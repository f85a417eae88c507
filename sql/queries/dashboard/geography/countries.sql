-- The dashboard's geography and overview: events and distinct visitors of the window by country.
with visitors as (
    select country, count(distinct anon) as visitors
    from fragments.visitors as v
    group by country
),
events as (
    select
        v.value as country, coalesce(c.name, 'Unknown') as name,
        coalesce(c.continent, 'Unknown') as continent, sum(v.events)::bigint as events
    from telemetry.day_values as v left join telemetry.countries as c on c.code = v.value
    where v.day between %(first)s and %(last)s and v.dimension = 'country'
    group by v.value, c.name, c.continent
)
select country, e.name, e.continent, e.events, coalesce(v.visitors, 0) as visitors
from events as e left join visitors as v using (country)
order by visitors desc, events desc, country
