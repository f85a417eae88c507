-- Loader: each day's events and visitors by the values of each dimension. A visitor not yet known for
-- that day and value is new to it.
with counted as (
    select
        day, dimension, value, events,
        case when dimension in ('country', 'os', 'ext', 'vscode') then 0 end as visitors -- else null
    from fresh_values
    union all
    select day, 'country', country, 0, count(*) from (
        select day, anon, country from fresh_visitors except select day, anon, country from fresh_known
    ) as unknown group by day, country
    union all
    select day, 'os', os, 0, count(*) from (
        select day, anon, os from fresh_visitors except select day, anon, os from fresh_known
    ) as unknown group by day, os
    union all
    select day, 'ext', ext, 0, count(*) from (
        select day, anon, ext from fresh_visitors except select day, anon, ext from fresh_known
    ) as unknown group by day, ext
    union all
    select day, 'vscode', vscode, 0, count(*) from (
        select day, anon, vscode from fresh_visitors except select day, anon, vscode from fresh_known
    ) as unknown group by day, vscode
)
insert into telemetry.day_values as v (day, dimension, value, events, visitors)
select day, dimension, value, sum(events), sum(visitors)
from counted
group by day, dimension, value
on conflict (day, dimension, value) do update set
    events = v.events + excluded.events,
    visitors = v.visitors + excluded.visitors
