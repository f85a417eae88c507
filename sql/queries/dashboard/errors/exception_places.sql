-- The dashboard's errors: the exceptions with the most errors in the window, by version or by system
-- (`dimension` ext or os), for the values with the most runs, with errors per 1,000 started runs.
with found as (
    select
        exception, case %(dimension)s when 'ext' then ext else os end as value,
        sum(errors) as errors
    from fragments.exceptions as e
    group by 1, 2
),
exceptions as (
    select exception, row_number() over (order by sum(errors) desc, exception collate "C") as place
    from found
    group by exception
),
runs as (
    select
        case %(dimension)s when 'ext' then ext else os end as value, sum(started) as started,
        row_number() over (
            order by sum(started) desc, min(ext) collate "C", min(os) collate "C"
        ) as place
    from fragments.visits as v
    group by 1
)
select
    x.place, f.exception, f.value, f.errors::bigint as errors, r.started::bigint as started,
    (1000 * f.errors / nullif(r.started, 0))::float8 as per_1000_runs
from found as f join exceptions as x using (exception) join runs as r using (value)
where x.place <= %(named)s and r.place <= %(named)s
order by x.place, f.errors desc, f.value collate "C"
