-- The dashboard's geography: events and distinct visitors of the window by continent, under a filter.
select
    coalesce(c.continent, 'Unknown') as continent,
    sum(v.events)::bigint as events, count(distinct v.anon) as visitors
from fragments.visits as v
left join telemetry.countries as c on c.code = v.country
group by 1
order by visitors desc, events desc, continent
