-- Housekeeper: whether there are rollups past RETENTION_DAYS.
select exists (select from telemetry.days where day < telemetry.first_kept_by_now(%(first_kept)s))
