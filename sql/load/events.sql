-- Loader: insert this load's events. Fails if one of them is stored already: see deduplicate.
insert into telemetry.events select * from fresh_events
