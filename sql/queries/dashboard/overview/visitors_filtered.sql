-- The dashboard's overview: distinct visitors of the window under a filter.
select count(distinct anon) as visitors
from telemetry.visits_between(
    %(first)s, %(last)s,
    %(countries)s, %(systems)s, %(versions)s, %(hosts)s, %(event)s, %(run_events)s
)
