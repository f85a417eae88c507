-- The dashboard's errors: the exceptions with the most errors in the window, by day.
with found as (
    select exception, day, sum(errors) as errors
    from fragments.exceptions as e
    group by exception, day
),
ranked as (
    select exception, row_number() over (order by sum(errors) desc, exception collate "C") as place
    from found
    group by exception
)
select r.place, f.exception, f.day, f.errors::bigint as errors
from found as f join ranked as r using (exception)
where r.place <= %(named)s
order by r.place, f.day
