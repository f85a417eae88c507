-- Forget: write the rollups' days of a visitor's years anew: `/stats` counts visitors by the year, and
-- keeps its answers for as long as no day changes.
update telemetry.days
set visitors = visitors
where extract(year from day) in (
    select year from telemetry.visitor_years where anon = %(visitor)s
)
