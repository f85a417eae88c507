-- Housekeeper: whether there are rollups that RETENTION_DAYS does not keep.
select exists (select from telemetry.days where day < %(first_kept)s)
