-- Loader: what visitor_days holds about this load's visitors on its days before the rollups change.
insert into fresh_known (day, anon, country, os, ext, vscode)
select v.day, v.anon, v.country, v.os, v.ext, v.vscode
from (select distinct day, anon from fresh_visitors) as f
join telemetry.visitor_days as v using (day, anon)
