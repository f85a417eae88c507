-- Loader: visitors seen for the first time. A conflict is a known visitor, whose row changes only if
-- earlier days arrive later.
insert into telemetry.visitors as v (anon, first_day, country, os, ext, vscode)
select distinct on (anon) anon, day, country, os, ext, vscode
from fresh_visitors
order by anon, day, country collate "C", os collate "C", ext collate "C", vscode collate "C"
on conflict (anon) do update set
    first_day = excluded.first_day,
    country = excluded.country,
    os = excluded.os,
    ext = excluded.ext,
    vscode = excluded.vscode
where (excluded.first_day, excluded.country, excluded.os, excluded.ext, excluded.vscode)
    < (v.first_day, v.country, v.os, v.ext, v.vscode)
