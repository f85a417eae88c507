-- The dashboard's geography: events and distinct visitors of the window by continent. A visitor seen on
-- two continents counts in both.
with visitors as (
    select coalesce(c.continent, 'Unknown') as continent, count(distinct v.anon) as visitors
    from fragments.visitors as v
    left join telemetry.countries as c on c.code = v.country
    group by 1
),
events as (
    select coalesce(c.continent, 'Unknown') as continent, sum(v.events)::bigint as events
    from telemetry.day_values as v left join telemetry.countries as c on c.code = v.value
    where v.day between %(first)s and %(last)s and v.dimension = 'country'
    group by 1
)
select continent, e.events, coalesce(v.visitors, 0) as visitors
from events as e left join visitors as v using (continent)
order by visitors desc, events desc, continent
