-- GET /stats: distinct visitors of the window: in total, by hour of the day, by country, by continent.
-- Counts only visitors whose anon is in a range, so that two connections can count at the same time.
-- Whole months come from visitor_years if it has fewer rows; everything else comes from visitor_days.
with years as materialized (
    select
        year, telemetry.day_bits(year, months.first, months.last) as days,
        telemetry.month_bits(year, months.first, months.last) as hours
    from
        (
            select telemetry.month_from(%(first)s) as first, telemetry.month_to(%(last)s) as last
        ) as months,
        generate_series(extract(year from first)::integer, extract(year from last)::integer) as year
),
chosen as materialized (
    select telemetry.years_are_fewer(
        telemetry.month_from(%(first)s), telemetry.month_to(%(last)s)
    ) as by_year
),
seen as (
    select
        anon, country,
        (hours | (hours << 24) | (hours << 48))::bit(24)::integer as hours
    from (
        -- fold the hours of twelve months into three, then into one
        select
            anon, country, hours | (hours << 72) | (hours << 144) | (hours << 216) as hours
        from (
            select v.anon, v.country, v.hours & years.hours as hours
            from telemetry.visitor_years as v join years using (year)
            where (select by_year from chosen) and v.days & years.days <> 0::bit(366)
                and v.anon between %(least_anon)s and %(greatest_anon)s
            offset 0 -- so that each step is computed once
        ) as months
        offset 0
    ) as quarters
    union all
    select anon, country, hours
    from telemetry.visitor_days
    where not (select by_year from chosen)
      and day between telemetry.month_from(%(first)s) and telemetry.month_to(%(last)s)
      and anon between %(least_anon)s and %(greatest_anon)s
    union all
    select anon, country, hours
    from telemetry.visitor_days
    where day between %(first)s and least(telemetry.month_from(%(first)s) - 1, %(last)s)
      and anon between %(least_anon)s and %(greatest_anon)s
    union all
    select anon, country, hours
    from telemetry.visitor_days
    where day between
        greatest(telemetry.month_to(%(last)s) + 1, telemetry.month_from(%(first)s)) and %(last)s
      and anon between %(least_anon)s and %(greatest_anon)s
),
pairs as materialized (
    select anon, country, bit_or(hours) as hours from seen group by anon, country
),
visitors as materialized (
    select anon, bit_or(hours) as hours, count(*) > 1 as travelled from pairs group by anon
),
totals as (
    select
        count(*) as visitors,
        array[
            count(*) filter (where hours & (1 << 0) <> 0), count(*) filter (where hours & (1 << 1) <> 0),
            count(*) filter (where hours & (1 << 2) <> 0), count(*) filter (where hours & (1 << 3) <> 0),
            count(*) filter (where hours & (1 << 4) <> 0), count(*) filter (where hours & (1 << 5) <> 0),
            count(*) filter (where hours & (1 << 6) <> 0), count(*) filter (where hours & (1 << 7) <> 0),
            count(*) filter (where hours & (1 << 8) <> 0), count(*) filter (where hours & (1 << 9) <> 0),
            count(*) filter (where hours & (1 << 10) <> 0), count(*) filter (where hours & (1 << 11) <> 0),
            count(*) filter (where hours & (1 << 12) <> 0), count(*) filter (where hours & (1 << 13) <> 0),
            count(*) filter (where hours & (1 << 14) <> 0), count(*) filter (where hours & (1 << 15) <> 0),
            count(*) filter (where hours & (1 << 16) <> 0), count(*) filter (where hours & (1 << 17) <> 0),
            count(*) filter (where hours & (1 << 18) <> 0), count(*) filter (where hours & (1 << 19) <> 0),
            count(*) filter (where hours & (1 << 20) <> 0), count(*) filter (where hours & (1 << 21) <> 0),
            count(*) filter (where hours & (1 << 22) <> 0), count(*) filter (where hours & (1 << 23) <> 0)
        ] as by_hour
    from visitors
),
by_country as (
    select p.country, coalesce(c.continent, 'Unknown') as continent, p.visitors
    from (select country, count(*) as visitors from pairs group by country) as p
    left join telemetry.countries as c on c.code = p.country
),
again as (
    -- a visitor seen in several countries of a continent counts once in it
    select c.continent, count(*) - count(distinct p.anon) as visitors
    from visitors as v join pairs as p using (anon) join by_country as c using (country)
    where v.travelled
    group by c.continent
)
select 'all' as kind, null as place, visitors from totals
union all
select 'hour', (hour - 1)::text, h.visitors
from totals cross join unnest(by_hour) with ordinality as h (visitors, hour)
union all
select 'country', country, visitors from by_country
union all
select 'continent', c.continent, sum(c.visitors)::bigint - coalesce(min(again.visitors), 0)
from by_country as c left join again using (continent)
group by c.continent
