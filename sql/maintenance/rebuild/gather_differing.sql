-- Rebuild: those visitors' days as if they were a load, for load/rollups.
insert into fresh_visitors
select * from telemetry.visitor_days where anon in (select anon from differing)
