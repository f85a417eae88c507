-- The dashboard's errors: the exceptions with the most errors in the window. Shares are of all errors
-- that report their exception; the first day is the first ever.
with counted as (
    select
        exception, min(day) as first_day, sum(errors) as errors,
        coalesce(sum(errors) filter (where phase = 'compile'), 0) as compile_errors,
        coalesce(sum(errors) filter (where phase = 'runtime'), 0) as runtime_errors
    from fragments.exceptions as e
    group by exception
),
known as (
    select value, min(day) as first_day
    from telemetry.day_values
    where dimension = 'exception'
    group by value
)
select
    c.exception, c.errors::bigint as errors, (c.errors / sum(c.errors) over ())::float8 as share,
    c.compile_errors::bigint as compile_errors, c.runtime_errors::bigint as runtime_errors,
    -- a name that the rollups refused is found only in the events
    coalesce(k.first_day, c.first_day) as first_day
from counted as c left join known as k on k.value = c.exception
order by c.errors desc, c.exception collate "C"
limit 50
