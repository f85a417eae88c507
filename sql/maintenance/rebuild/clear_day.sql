-- Rebuild and forget: delete a day's rollups before rebuilding them.
select telemetry.clear_day(%(day)s)
