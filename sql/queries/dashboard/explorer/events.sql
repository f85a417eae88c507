-- The dashboard's explorer: the events themselves, for the export, the newest first.
select
    e.t, e.evt, 'Student #' || right(e.anon::text, 6) as visitor,
    coalesce(e.country, 'Unknown') as country, e.os, e.ext, e.vscode,
    telemetry.property(e, %(path)s) #>> array[]::text[] as value, telemetry.properties(e)::text as properties
from telemetry.events_between(
    %(first)s, %(last)s, %(countries)s, %(systems)s, %(versions)s, %(hosts)s, %(event)s
) as e
where %(only_path)s::text[] is null
   or telemetry.property_text(telemetry.property(e, %(only_path)s)) = %(only_value)s
order by e.t desc, e.anon, e.id
limit %(most)s
