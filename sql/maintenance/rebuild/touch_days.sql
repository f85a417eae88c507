-- Rebuild: rewrite all days: `/stats` counts visitors by the year, and keeps its answers until a day
-- changes.
update telemetry.days set visitors = visitors
