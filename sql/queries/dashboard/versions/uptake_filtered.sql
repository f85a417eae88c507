-- The dashboard's versions: the same as versions/uptake under a filter, from the visits.
select day, ext as version, count(distinct anon) as visitors
from telemetry.visits_between(
    %(last)s::date - 182, %(last)s, %(countries)s, %(systems)s, %(versions)s, %(hosts)s, %(event)s,
    %(run_events)s
)
group by day, ext
order by day, visitors desc, ext collate "C"
