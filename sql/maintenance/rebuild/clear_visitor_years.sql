-- Rebuild: delete those visitors' years, to make them anew.
delete from telemetry.visitor_years where anon in (select anon from differing)
