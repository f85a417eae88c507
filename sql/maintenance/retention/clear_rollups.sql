-- Housekeeper: delete the rollups that RETENTION_DAYS does not keep.
select telemetry.clear_rollups_before(%(first_kept)s)
