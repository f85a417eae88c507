-- Exceptions of a window under a filter, by phase, system and version.
select x.day, x.exception_hash as exception, x.phase, x.os, x.ext, x.errors
from telemetry.day_exceptions as x
where %(countries)s::text[] is null and %(hosts)s::text[] is null and %(event)s::text is null
  and x.day between %(first)s::date and %(last)s::date
  and (%(systems)s::text[] is null or x.os = any (%(systems)s::text[]))
  and (%(versions)s::text[] is null or x.ext = any (%(versions)s::text[]))
union all
select
    (e.t at time zone 'UTC')::date, e.exception_hash,
    case e.error_phase when 'compile' then 'compile' else 'runtime' end, e.os, e.ext, count(*)
from fragments.events as e
where not (%(countries)s::text[] is null and %(hosts)s::text[] is null and %(event)s::text is null)
  and e.evt = %(run_events)s || '.error' and e.exception_hash is not null
group by 1, 2, 3, 4, 5
