-- The dashboard's overview: the names of the window's events, most frequent first.
select value as event, sum(events)::bigint as events
from telemetry.day_values
where dimension = 'evt' and day between %(first)s and %(last)s
group by value
order by events desc, value collate "C"
limit 100
