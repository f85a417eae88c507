-- Verify and rebuild: gather all visitor-days as one load, for load/rollups.
insert into fresh_visitors table telemetry.visitor_days
