-- Rebuild: gather the differing visitors' days as one load, for load/rollups.
insert into fresh_visitors
select * from telemetry.visitor_days where anon in (select anon from differing)
