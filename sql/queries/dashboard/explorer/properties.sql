-- The dashboard's explorer: the properties of the window's newest events, down to three levels: how
-- many events have each, and how many have it as a number.
with sample as materialized (
    select fragments.properties as properties
    from fragments.events as e
    order by e.t desc
    limit %(sample)s
),
first as (
    select array[p.key] as path, p.value from sample, jsonb_each(properties) as p
),
second as (
    select o.path || p.key as path, p.value
    from first as o, jsonb_each(case jsonb_typeof(o.value) when 'object' then o.value end) as p
),
third as (
    select o.path || p.key as path, p.value
    from second as o, jsonb_each(case jsonb_typeof(o.value) when 'object' then o.value end) as p
),
found as (
    table first union all table second union all table third
)
select
    to_json(path)::text as path, count(*) as events, (select count(*) from sample) as sampled,
    count(*) filter (where jsonb_typeof(value) = 'number') as numbers
from found
where jsonb_typeof(value) <> 'object'
group by found.path
order by events desc, found.path
limit %(named)s
