-- Housekeeper: delete events past RETENTION_DAYS from events_odd.
select telemetry.delete_odd_before(%(first_kept)s)
