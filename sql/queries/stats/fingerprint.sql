-- GET /stats: changes whenever anything that the other queries read changes. Loads, erasures and
-- retention all write new versions of the days' rows, and a version's transaction (xmin) is higher than
-- those before it.
select
    count(*) as days, coalesce(sum(xmin::text::bigint), 0)::bigint as versions,
    (select coalesce(sum(installs), 0)::bigint from telemetry.days where installs > 0) as installs
from telemetry.days
where day between %(first)s and %(last)s
