-- Forget: whether a day has rollups. Those of days past RETENTION_DAYS are not rebuilt.
select exists (select from telemetry.days where day = %(day)s)
