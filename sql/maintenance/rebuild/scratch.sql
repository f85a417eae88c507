-- Rebuild: at the start, create the empty list of visitors whose rollups will be rebuilt.
drop table if exists pg_temp.differing;
create temp table differing (anon uuid primary key);
