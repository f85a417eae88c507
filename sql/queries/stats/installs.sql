-- GET /stats: installs in total, and in the window.
select
    coalesce(sum(installs), 0)::bigint as ever,
    coalesce(sum(installs) filter (where day between %(first)s and %(last)s), 0)::bigint as in_window
from telemetry.days
where installs > 0
