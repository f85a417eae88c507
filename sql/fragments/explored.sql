-- The newest events of a window under a filter, `most` at most, with the property of each at `path`. If
-- `only_path` is given, those whose property there is `only_value`, as text.
select
    e.t, (e.t at time zone 'UTC')::date as day, e.anon, fragments.property as value
from fragments.events as e
where %(only_path)s::text[] is null
   or telemetry.property_text(fragments.property(path => %(only_path)s)) = %(only_value)s::text
order by e.t desc
limit %(most)s::integer
