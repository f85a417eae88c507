-- Housekeeper: drop one month of events past RETENTION_DAYS.
select telemetry.drop_month_before(%(first_kept)s)
