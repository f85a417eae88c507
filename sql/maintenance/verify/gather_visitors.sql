-- Verify and rebuild: all visitor-days as if they were a load, for load/rollups.
insert into fresh_visitors table telemetry.visitor_days
