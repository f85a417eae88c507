-- The dashboard's versions: the values of one attribute (ext, vscode or os) in the window: events,
-- their share of all, distinct visitors, the last day in the window, and the first day ever.
with used as (
    select
        case %(dimension)s when 'ext' then ext when 'vscode' then vscode else os end as value,
        sum(events)::bigint as events, count(distinct anon) as visitors,
        min(day) as first_day, max(day) as last_day
    from fragments.visits as v
    group by 1
),
known as (
    select value, min(day) as first_day
    from telemetry.day_values
    where dimension = %(dimension)s
    group by value
)
select
    u.value, u.events, (u.events / sum(u.events) over ())::float8 as share, u.visitors,
    -- a name that the rollups refused is found only in the events
    coalesce(k.first_day, u.first_day) as first_day, u.last_day
from used as u left join known as k using (value)
order by u.events desc, u.value collate "C"
