-- GET /stats: events by the values of each dimension but regions, over the window.
select dimension, value, sum(events)::bigint as events
from telemetry.day_values
where day between %(first)s and %(last)s and dimension <> 'region'
group by dimension, value
order by events desc, value collate "C"
