-- The dashboard's versions: installs in the window, and in total.
select
    coalesce(sum(installs) filter (where day between %(first)s and %(last)s), 0)::bigint as in_window,
    coalesce(sum(installs), 0)::bigint as ever
from telemetry.days
where installs > 0
