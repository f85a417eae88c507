-- The dashboard's explorer, with K_ANONYMITY: distinct visitors behind each row of number_days.
select day, count(distinct anon) as visitors
from telemetry.explored(
    %(first)s, %(last)s, %(countries)s, %(systems)s, %(versions)s, %(hosts)s, %(event)s,
    %(path)s, %(only_path)s, %(only_value)s, %(most)s
)
where jsonb_typeof(value) = 'number'
group by grouping sets ((day), ())
