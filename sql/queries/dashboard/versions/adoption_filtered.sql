-- The dashboard's versions: the same as versions/adoption under a filter, from the visits.
with counted as (
    select
        day, case %(dimension)s when 'ext' then ext when 'vscode' then vscode else os end as value,
        sum(events) as events, count(distinct anon) as visitors
    from fragments.visits as v
    group by 1, 2
),
ranked as (
    select
        value,
        row_number() over (
            order by max(visitors) desc, sum(visitors) desc, max(day) desc, value collate "C"
        ) as place
    from counted
    group by value
)
select
    c.day, case when r.place <= %(named)s then c.value end as value,
    sum(c.events)::bigint as events, sum(c.visitors)::bigint as visitors,
    (sum(c.visitors) / nullif(sum(sum(c.visitors)) over (partition by c.day), 0))::float8 as share
from counted as c join ranked as r using (value)
group by 1, 2
order by 1, 4 desc, min(c.value) collate "C"
