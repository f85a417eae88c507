-- The dashboard's versions: each day's events and visitors by one attribute: ext, vscode or os. The
-- values with the best single day keep their name (ranked by the sum, the newest would have to wait for
-- one); the rest is one row a day without a value. Shares are of the day's sum of visitors.
with ranked as (
    select
        value,
        row_number() over (
            order by max(visitors) desc, sum(visitors) desc, max(day) desc, value collate "C"
        ) as place
    from telemetry.day_values
    where day between %(first)s and %(last)s and dimension = %(dimension)s
    group by value
)
select
    v.day, case when r.place <= %(named)s then v.value end as value,
    sum(v.events)::bigint as events, sum(v.visitors)::bigint as visitors,
    (sum(v.visitors) / nullif(sum(sum(v.visitors)) over (partition by v.day), 0))::float8 as share
from telemetry.day_values as v join ranked as r using (value)
where v.day between %(first)s and %(last)s and v.dimension = %(dimension)s
group by 1, 2
order by 1, 4 desc, min(v.value) collate "C"
