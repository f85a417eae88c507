-- The dashboard's performance and errors: the same as runs/by_value under a filter, from the
-- events.
with told as (
    select
        (t at time zone 'UTC')::date as day,
        case %(dimension)s
            when 'exit' then coalesce(exit_code::text, '-')
            when 'output' then coalesce(out_bytes_bucket, '-')
            when 'duration' then
                width_bucket(duration_ms, array[500, 1000, 3000, 10000, 30000, 60000, 120000])::text
        end as value
    from fragments.events as e
    where evt = %(run_events)s || '.completed'
)
select day, value, count(*) as runs
from told
where value is not null
group by day, value
order by day, runs desc, value collate "C"
