-- Forget: rewrite the rollups' days in the years of a visitor: `/stats` counts visitors by the year,
-- and keeps its answers until a day changes.
update telemetry.days
set visitors = visitors
where extract(year from day) in (
    select year from telemetry.visitor_years where anon = %(visitor)s
)
