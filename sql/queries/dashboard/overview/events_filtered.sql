-- The dashboard's overview: the names of the window's events under a filter, the most frequent first.
select evt as event, count(*) as events
from telemetry.events_between(
    %(first)s, %(last)s,
    %(countries)s, %(systems)s, %(versions)s, %(hosts)s, %(event)s
)
group by evt
order by events desc, evt collate "C"
limit 100
