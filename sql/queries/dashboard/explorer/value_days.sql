-- The dashboard's explorer: each day's events by a property's most frequent values; its other values
-- are one row a day without a value.
with explored as materialized (
    select day, telemetry.property_text(value) as value
    from fragments.explored as e
    where value is not null
),
ranked as (
    select value, row_number() over (order by count(*) desc, value collate "C") as place
    from explored
    group by value
)
select
    e.day, case when r.place <= %(named)s then e.value end as value, min(r.place) as place,
    count(*) as events
from explored as e join ranked as r using (value)
group by 1, 2
order by e.day, place
