-- Housekeeper: drop one month of events that RETENTION_DAYS does not keep.
select telemetry.drop_month_before(%(first_kept)s)
