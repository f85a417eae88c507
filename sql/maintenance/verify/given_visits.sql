-- Verify and rebuild: the first visits on days that retention deleted; they can't be recomputed.
update pg_temp.visitors as v
set (first_day, country, os, ext, vscode)
    = (given.first_day, given.country, given.os, given.ext, given.vscode)
from telemetry.visitors as given
where given.anon = v.anon and given.first_day < (select first_kept from telemetry.settings)
