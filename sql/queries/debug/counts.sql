-- GET /debug/counts: events by day and name, of the last seven days.
select day, value as evt, events
from telemetry.day_values
where dimension = 'evt' and day between current_date - 6 and current_date
order by day desc, events desc, value
