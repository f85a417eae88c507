-- The events of a window under a filter, for what no rollup holds. A null parameter doesn't filter.
select e.*
from telemetry.events as e
where e.t >= %(first)s::date::timestamp at time zone 'UTC'
  and e.t < (%(last)s::date + 1)::timestamp at time zone 'UTC'
  and (%(countries)s::text[] is null or coalesce(e.country, 'Unknown') = any (%(countries)s::text[]))
  and (%(systems)s::text[] is null or e.os = any (%(systems)s::text[]))
  and (%(versions)s::text[] is null or e.ext = any (%(versions)s::text[]))
  and (%(hosts)s::text[] is null or e.vscode = any (%(hosts)s::text[]))
  and (%(event)s::text is null or e.evt = %(event)s::text)
