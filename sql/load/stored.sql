-- Loader: which of this load's events are stored already.
insert into fresh_stored (t, anon, id)
select t, anon, id
from telemetry.events as e join (select distinct t, anon, id from fresh) as f using (t, anon, id)
where e.t between (select min(t) from fresh) and (select max(t) from fresh)
