-- Housekeeper: delete rollups past RETENTION_DAYS.
select telemetry.clear_rollups_before(%(first_kept)s)
