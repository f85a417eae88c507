-- Loader: who was seen for the first time. Known visitors are only looked up, by index; a conflict is
-- one whose earlier days arrive later.
insert into telemetry.visitors as v (anon, first_day, country, os, ext, vscode)
select distinct on (anon) anon, day, country, os, ext, vscode
from fresh_visitors as f
where (
    select true from telemetry.visitors as known
    where known.anon = f.anon
      and (known.first_day, known.country, known.os, known.ext, known.vscode)
          <= (f.day, f.country, f.os, f.ext, f.vscode)
    limit 1
) is null
order by anon, day, country collate "C", os collate "C", ext collate "C", vscode collate "C"
on conflict (anon) do update set
    first_day = excluded.first_day,
    country = excluded.country,
    os = excluded.os,
    ext = excluded.ext,
    vscode = excluded.vscode
