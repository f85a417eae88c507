-- The dashboard's explorer: a property's most frequent values, its other values (kind other), and the
-- events without the property (kind none). Shares are of all events examined.
with explored as materialized (
    select anon, telemetry.property_text(value) as value, value is not null as has
    from fragments.explored as e
),
ranked as (
    select value, row_number() over (order by count(*) desc, value collate "C") as place
    from explored
    where has
    group by value
)
select
    case when r.place <= %(named)s then 'value' when e.has then 'other' else 'none' end as kind,
    case when r.place <= %(named)s then e.value end as value,
    count(*) as events, count(distinct e.anon) as visitors,
    count(*)::float8 / (select count(*) from explored) as share
from explored as e left join ranked as r on e.has and r.value = e.value
group by 1, 2
order by min(case when r.place <= %(named)s then r.place end) nulls last, bool_or(e.has) desc
