-- GET /stats: events by the values of each dimension except regions, over the window: those with the
-- most events, and the others together, without a value; `kinds` is how many values a row covers. Runs
-- without an exit code count as exit 0, as they did on the original server.
with counts as (
    select
        dimension, case when (dimension, value) = ('exit', '-') then '0' else value end as value,
        sum(events)::bigint as events
    from telemetry.day_values
    where day between %(first)s and %(last)s and dimension <> 'region'
    group by 1, 2
),
ranked as (
    select
        *,
        row_number() over (
            partition by dimension order by value = '(other)', events desc, value collate "C"
        ) as rank
    from counts
),
told as (
    select
        dimension,
        case when rank <= %(most_values)s or value = '(other)' then value end as value,
        sum(events)::bigint as events,
        count(*) as kinds
    from ranked
    group by 1, 2
)
select dimension, value, events, kinds
from told
order by events desc, value collate "C"
