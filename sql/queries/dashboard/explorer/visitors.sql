-- The dashboard's explorer, with K_ANONYMITY: distinct visitors of the events that are looked at.
select count(distinct anon) as visitors
from telemetry.explored(
    %(first)s, %(last)s, %(countries)s, %(systems)s, %(versions)s, %(hosts)s, %(event)s,
    %(path)s, %(only_path)s, %(only_value)s, %(most)s
)
