-- The dashboard's geography and overview: events and distinct visitors of the window by country, under a filter.
with seen as (
    select country, sum(events)::bigint as events, count(distinct anon) as visitors
    from fragments.visits as v
    group by country
)
select
    s.country, coalesce(c.name, 'Unknown') as name, coalesce(c.continent, 'Unknown') as continent,
    s.events, s.visitors
from seen as s left join telemetry.countries as c on c.code = s.country
order by visitors desc, events desc, country
