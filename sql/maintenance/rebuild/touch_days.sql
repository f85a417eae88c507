-- Rebuild: write all days anew: `/stats` counts visitors by the year, and keeps its answers for as long
-- as no day changes.
update telemetry.days set visitors = visitors
