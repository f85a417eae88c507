-- Loader: each visitor's months. Most loads bring no new day or hour: those rows are left alone.
insert into telemetry.visitor_months as v (month, anon, country, days, hours)
select
    date_trunc('month', day)::date, anon, country,
    bit_or(1 << (extract(day from day)::integer - 1)), bit_or(hours)
from fresh_visitors
group by 1, 2, 3
on conflict (month, anon, country) do update set
    days = v.days | excluded.days,
    hours = v.hours | excluded.hours
where v.days | excluded.days <> v.days or v.hours | excluded.hours <> v.hours
