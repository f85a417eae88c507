-- GET /stats: distinct visitors of the window: in all (place null), by continent, by country.
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
    select distinct v.anon, v.country
    from telemetry.visitor_months as v join months using (month)
    where v.days & months.days <> 0
)
select 'all' as kind, null as place, count(distinct anon) as visitors from seen
union all
select 'country', country, count(*) from seen group by country
union all
select 'continent', coalesce(c.continent, 'Unknown'), count(distinct s.anon)
from seen as s left join telemetry.countries as c on c.code = s.country
group by 2
