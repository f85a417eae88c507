-- Loader: each day's exceptions, by phase, system and version.
insert into telemetry.day_exceptions as x (day, exception_hash, phase, os, ext, errors)
select
    day, exception_hash, case error_phase when 'compile' then 'compile' else 'runtime' end,
    os, ext, count(*)
from fresh
where what = 'error' and exception_hash is not null
group by 1, 2, 3, 4, 5
on conflict (day, exception_hash, phase, os, ext) do update set errors = x.errors + excluded.errors
