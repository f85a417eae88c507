-- Rebuild: at its start, the visitors whose rollups are to be made anew: none yet.
drop table if exists pg_temp.differing;
create temp table differing (anon uuid primary key);
