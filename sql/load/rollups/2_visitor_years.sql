-- Loader: each visitor's years. Most loads bring no new day or hour: those rows are not written.
insert into telemetry.visitor_years as v (year, anon, country, days, hours)
select
    extract(year from day), anon, country,
    bit_or(telemetry.day_bit(day)), bit_or(telemetry.hour_bits(day, hours))
from fresh_visitors
group by 1, 2, 3
on conflict (year, anon, country) do update set
    days = v.days | excluded.days,
    hours = v.hours | excluded.hours
where v.days | excluded.days <> v.days or v.hours | excluded.hours <> v.hours
