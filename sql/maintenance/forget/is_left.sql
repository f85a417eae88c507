-- Forget: whether a rollup still knows of a day of a visitor. Rollups and events change together.
select exists (select from telemetry.visitor_days where anon = %(visitor)s)
