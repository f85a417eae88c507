-- GET /stats with K_ANONYMITY: how many distinct visitors the countries and the continents have
-- together, of those with fewer than `k`: the countries of all, those of each continent (part), and
-- the continents.
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
