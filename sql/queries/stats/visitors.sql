-- GET /stats: distinct visitors of the window: in all (place null), by continent, by country.
with seen as materialized (
    select distinct anon, country from telemetry.visitors_between(%(first)s, %(last)s)
)
select 'all' as kind, null as place, count(distinct anon) as visitors from seen
union all
select 'country', country, count(*) from seen group by country
union all
select 'continent', coalesce(c.continent, 'Unknown'), count(distinct s.anon)
from seen as s left join telemetry.countries as c on c.code = s.country
group by 2
