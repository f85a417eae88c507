-- Forget: whether a rollup still holds a visitor's day. Rollups and events change together.
select exists (select from telemetry.visitor_days where anon = %(visitor)s)
