-- The newest events of a window under a filter, at most `most`, each with its property at `path`. With
-- `only_path`, only events whose property there, as text, is `only_value`.
select
    e.t, (e.t at time zone 'UTC')::date as day, e.anon, fragments.property as value
from fragments.events as e
where %(only_path)s::text[] is null
   or telemetry.property_text(fragments.property(path => %(only_path)s)) = %(only_value)s::text
order by e.t desc
limit %(most)s::integer
