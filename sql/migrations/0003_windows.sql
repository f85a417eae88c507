-- What a window of days holds under a filter: null is no filter. Both are inlined into the query that
-- calls them, so that the branch and the partitions that it does not need are never touched.

-- The visits of a window, at the grain of visitor_days; of one event's name, from the events.
create function telemetry.visits_between(
    first date, last date,
    countries text[], systems text[], versions text[], hosts text[], event text, run_events text
) returns table (
    day date, anon uuid, country text, os text, ext text, vscode text,
    hours integer, events bigint, started bigint, completed bigint,
    compile_errors bigint, runtime_errors bigint
)
language sql stable as $$
    select
        v.day, v.anon, v.country, v.os, v.ext, v.vscode, v.hours,
        v.events::bigint, v.started::bigint, v.completed::bigint,
        v.compile_errors::bigint, v.runtime_errors::bigint
    from telemetry.visitor_days as v
    where event is null
      and v.day between first and last
      and (countries is null or v.country = any (countries))
      and (systems is null or v.os = any (systems))
      and (versions is null or v.ext = any (versions))
      and (hosts is null or v.vscode = any (hosts))
    union all
    select
        (e.t at time zone 'UTC')::date, e.anon, coalesce(e.country, 'Unknown'), e.os, e.ext, e.vscode,
        bit_or(1 << extract(hour from e.t at time zone 'UTC')::integer),
        count(*),
        count(*) filter (where e.evt = run_events || '.started'),
        count(*) filter (where e.evt = run_events || '.completed'),
        count(*) filter (
            where e.evt = run_events || '.error' and e.error_phase is not distinct from 'compile'
        ),
        count(*) filter (
            where e.evt = run_events || '.error' and e.error_phase is distinct from 'compile'
        )
    from telemetry.events as e
    where e.evt = event
      and e.t >= first::timestamp at time zone 'UTC'
      and e.t < (last + 1)::timestamp at time zone 'UTC'
      and (countries is null or coalesce(e.country, 'Unknown') = any (countries))
      and (systems is null or e.os = any (systems))
      and (versions is null or e.ext = any (versions))
      and (hosts is null or e.vscode = any (hosts))
    group by 1, 2, 3, 4, 5, 6
$$;

-- The events of a window, for what no rollup holds.
create function telemetry.events_between(
    first date, last date,
    countries text[], systems text[], versions text[], hosts text[], event text
) returns setof telemetry.events
language sql stable as $$
    select e.*
    from telemetry.events as e
    where e.t >= first::timestamp at time zone 'UTC'
      and e.t < (last + 1)::timestamp at time zone 'UTC'
      and (countries is null or coalesce(e.country, 'Unknown') = any (countries))
      and (systems is null or e.os = any (systems))
      and (versions is null or e.ext = any (versions))
      and (hosts is null or e.vscode = any (hosts))
      and (event is null or e.evt = event)
$$;
