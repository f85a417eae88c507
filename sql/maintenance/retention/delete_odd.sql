-- Housekeeper: delete events of odd dates that RETENTION_DAYS does not keep.
select telemetry.delete_odd_before(%(first_kept)s)
