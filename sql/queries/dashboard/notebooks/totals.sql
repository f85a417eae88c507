-- The dashboard's notebooks: totals over the window's days.
select
    coalesce(sum(events), 0)::bigint as events,
    coalesce(sum(started), 0)::bigint as started,
    coalesce(sum(completed), 0)::bigint as completed,
    coalesce(sum(compile_errors), 0)::bigint as compile_errors,
    coalesce(sum(runtime_errors), 0)::bigint as runtime_errors
from telemetry.days
where day between %(first)s and %(last)s
