-- GET /stats with K_ANONYMITY: distinct visitors of the countries, and of the continents, that are
-- not named.
select 'country' as kind, 'other' as place, count(distinct anon) as visitors
from fragments.visitors as v
where country = any (%(countries)s)
union all
select 'continent', 'other', count(distinct v.anon)
from fragments.visitors as v
left join telemetry.countries as c on c.code = v.country
where coalesce(c.continent, 'Unknown') = any (%(continents)s)
