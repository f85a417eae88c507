-- Loader: which of this load's events are there already.
insert into fresh_duplicates
select e.t, e.anon, e.id
from telemetry.events as e join (select distinct t, anon, id from fresh) as f using (t, anon, id)
where e.t between (select min(t) from fresh) and (select max(t) from fresh)
