-- GET /stats: events by day, for the dimensions that are drawn over time.
select dimension, day, value, events
from telemetry.day_values
where day between %(first)s and %(last)s and dimension in ('os', 'exit')
order by day
