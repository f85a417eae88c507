-- The dashboard's overview: events and distinct visitors of the window by application version.
select ext as version, sum(events)::bigint as events, count(distinct anon) as visitors
from telemetry.visits_between(
    %(first)s, %(last)s,
    %(countries)s, %(systems)s, %(versions)s, %(hosts)s, %(event)s, %(run_events)s
)
group by ext
order by visitors desc, events desc, ext collate "C"
limit 100
