-- Forget: whether there are rollups of a day. Those of days past RETENTION_DAYS are not made again.
select exists (select from telemetry.days where day = %(day)s)
