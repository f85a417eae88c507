-- Loader: what visitor_days knows of this load's visitors on its days, before it learns of this load.
insert into fresh_known
select v.day, v.anon, v.country, v.os, v.ext, v.vscode
from telemetry.visitor_days as v
join (select distinct day, anon from fresh_visitors) as f using (day, anon)
-- whatever the planner thinks of the sizes, no more than these days are read
where v.day between (select min(day) from fresh_visitors) and (select max(day) from fresh_visitors)
