-- Housekeeper: whether there are rollups that RETENTION_DAYS does not keep.
select exists (select from telemetry.days where day < telemetry.first_kept_by_now(%(first_kept)s))
