-- Loader: add this load's new names to their days' lists, those with the most events first, until a
-- list has `max_values` (null: no limit). A list that is closed, or that this load closes, takes no
-- more. Return how many events of each dimension and day have refused names, and whether this load
-- closed the list. The list of exit codes reserves a place for 0; `-` means that there is no name.
with unknown as materialized (
    select day, dimension, value, events
    from fresh_values as f
    where dimension in ('evt', 'os', 'ext', 'vscode', 'exception', 'exit', 'output')
      and value <> '(other)'
      and (dimension, value) not in (('exit', '0'), ('exit', '-'), ('output', '-'))
      and (
          -- a subquery with a limit uses the index, whatever the planner thinks of the sizes
          select true from telemetry.day_names as n
          where (n.day, n.dimension, n.value) = (f.day, f.dimension, f.value)
          limit 1
      ) is null
),
lists as materialized (
    select
        l.day, l.dimension,
        %(max_values)s::integer - (l.dimension = 'exit')::integer - (
            select count(*) from telemetry.day_names as n
            where (n.day, n.dimension) = (l.day, l.dimension)
        ) as room,
        exists (
            select from telemetry.day_names as n
            where (n.day, n.dimension, n.value) = (l.day, l.dimension, '(other)')
        ) as is_closed
    from (select distinct day, dimension from unknown) as l
),
ranked as materialized (
    select
        day, dimension, value, events, is_closed,
        not is_closed and coalesce(
            room >= row_number() over (
                partition by day, dimension order by events desc, value collate "C"
            ),
            true
        ) as is_admitted
    from unknown join lists using (day, dimension)
),
noted as (
    insert into telemetry.day_names (day, dimension, value)
    select day, dimension, value from ranked where is_admitted
    union all
    select distinct day, dimension, '(other)' from ranked where not is_admitted and not is_closed
),
refused as (
    insert into fresh_refused (day, dimension, value)
    select day, dimension, value from ranked where not is_admitted
)
select dimension, day, sum(events)::bigint as events, not is_closed as is_news
from ranked
where not is_admitted
group by dimension, day, is_closed
order by dimension, day
