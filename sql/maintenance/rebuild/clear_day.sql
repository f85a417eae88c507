-- Rebuild and forget: delete a day's rollups, to make them anew.
select telemetry.clear_day(%(day)s)
