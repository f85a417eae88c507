-- Rebuild: delete the differing visitors' years before rebuilding them.
delete from telemetry.visitor_years where anon in (select anon from differing)
