-- The dashboard's sidebar: what the window's events can be filtered by, most used first.
select dimension, value
from (
    select
        dimension, value,
        row_number() over (
            partition by dimension order by sum(events) desc, value collate "C"
        ) as place
    from telemetry.day_values
    where day between %(first)s and %(last)s
      and value <> '(other)' -- events keep their own names
      and dimension in ('country', 'os', 'ext', 'vscode', 'evt')
    group by dimension, value
) as ranked
where place <= 200
order by dimension, place
