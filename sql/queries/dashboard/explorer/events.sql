-- The dashboard's explorer: the events themselves, newest first, for the export.
select
    e.t, e.evt, 'Visitor ' || right(e.anon::text, 6) as visitor,
    coalesce(e.country, 'Unknown') as country, e.os, e.ext, e.vscode,
    fragments.property #>> array[]::text[] as value, fragments.properties::text as properties
from fragments.events as e
where %(only_path)s::text[] is null
   or telemetry.property_text(fragments.property(path => %(only_path)s)) = %(only_value)s
order by e.t desc, e.anon, e.id
limit %(most)s
