-- The dashboard's explorer: the properties that the newest events of the window have, three levels
-- deep: in how many of them, and in how many as a number.
with recursive sample as materialized (
    select telemetry.properties(e) as properties
    from telemetry.events_between(
        %(first)s, %(last)s, %(countries)s, %(systems)s, %(versions)s, %(hosts)s, %(event)s
    ) as e
    order by e.t desc
    limit %(sample)s
),
found as (
    select array[p.key] as path, p.value
    from sample, jsonb_each(properties) as p
    union all
    select found.path || p.key, p.value
    from
        found,
        jsonb_each(case jsonb_typeof(found.value) when 'object' then found.value else jsonb_build_object() end) as p
    where cardinality(found.path) < 3
)
select
    to_json(path)::text as path, count(*) as events, (select count(*) from sample) as sampled,
    count(*) filter (where jsonb_typeof(value) = 'number') as numbers
from found
where jsonb_typeof(value) <> 'object'
group by found.path
order by events desc, found.path
limit %(named)s
