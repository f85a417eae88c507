-- Loader: each hour's events.
insert into telemetry.hours as h (hour, events)
select date_trunc('hour', t, 'UTC'), count(*) from fresh group by 1
on conflict (hour) do update set events = h.events + excluded.events
