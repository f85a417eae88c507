-- A window's visitors: one or more rows per visitor and country, from the table with fewer rows.
with years as materialized (
    select year, telemetry.day_bits(year, %(first)s::date, %(last)s::date) as days
    from generate_series(
        extract(year from %(first)s::date)::integer, extract(year from %(last)s::date)::integer
    ) as year
)
select v.anon, v.country
from telemetry.visitor_years as v join years using (year)
where (select telemetry.years_are_fewer(%(first)s::date, %(last)s::date))
  and v.days & years.days <> 0::bit(366)
union all
select v.anon, v.country
from telemetry.visitor_days as v
where not (select telemetry.years_are_fewer(%(first)s::date, %(last)s::date))
  and v.day between %(first)s::date and %(last)s::date
