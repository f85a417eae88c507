-- GET /stats with K_ANONYMITY: distinct visitors of all countries with fewer than `k` together, of
-- those in each continent (part), and of all continents with fewer than `k` together.
with seen as materialized (
    select distinct v.anon, v.country, coalesce(c.continent, 'Unknown') as continent
    from fragments.visitors as v
    left join telemetry.countries as c on c.code = v.country
    where v.country = any (%(countries)s)
       or coalesce(c.continent, 'Unknown') = any (%(continents)s)
)
select 'country' as dimension, '' as part, null as value, count(distinct anon) as visitors
from seen where country = any (%(countries)s)
union all
select 'country', continent, null, count(distinct anon)
from seen where country = any (%(countries)s)
group by continent
union all
select 'continent', '', null, count(distinct anon)
from seen where continent = any (%(continents)s)
