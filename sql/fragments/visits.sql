-- The visits of a window under a filter, at the grain of visitor_days. A null parameter doesn't filter.
-- With an event name, visits come from the events; the planner drops the branch that isn't needed.
select
    v.day, v.anon, v.country, v.os, v.ext, v.vscode, v.hours,
    v.events::bigint, v.started::bigint, v.completed::bigint,
    v.compile_errors::bigint, v.runtime_errors::bigint
from telemetry.visitor_days as v
where %(event)s::text is null
  and v.day between %(first)s::date and %(last)s::date
  and (%(countries)s::text[] is null or v.country = any (%(countries)s::text[]))
  and (%(systems)s::text[] is null or v.os = any (%(systems)s::text[]))
  and (%(versions)s::text[] is null or v.ext = any (%(versions)s::text[]))
  and (%(hosts)s::text[] is null or v.vscode = any (%(hosts)s::text[]))
union all
select
    (e.t at time zone 'UTC')::date, e.anon, coalesce(e.country, 'Unknown'), e.os, e.ext, e.vscode,
    bit_or(1 << extract(hour from e.t at time zone 'UTC')::integer),
    count(*),
    count(*) filter (where e.evt = %(run_events)s || '.started'),
    count(*) filter (where e.evt = %(run_events)s || '.completed'),
    count(*) filter (
        where e.evt = %(run_events)s || '.error' and e.error_phase is not distinct from 'compile'
    ),
    count(*) filter (
        where e.evt = %(run_events)s || '.error' and e.error_phase is distinct from 'compile'
    )
from fragments.events as e
where e.evt = %(event)s::text
group by 1, 2, 3, 4, 5, 6
