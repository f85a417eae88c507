-- Loader: each hour's events.
insert into telemetry.hours as h (hour, events)
select (day + hour * interval '1 hour') at time zone 'UTC', sum(events)
from fresh_counts
group by day, hour
on conflict (hour) do update set events = h.events + excluded.events
