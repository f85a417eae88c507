-- GET /stats: events by the values of each dimension, over the window.
select dimension, value, sum(events)::bigint as events
from telemetry.day_values
where day between %(first)s and %(last)s
group by dimension, value
order by events desc, value collate "C"
