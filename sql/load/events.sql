-- Loader: this load's events. Fails where one of them is there already: see deduplicate.
insert into telemetry.events select * from fresh_events
