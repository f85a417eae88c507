-- The obvious way: totals.
select
    count(*) as total, count(distinct anon) as uniques,
    count(*) filter (where evt = 'java.run.started') as started,
    count(*) filter (where evt = 'java.run.completed') as completed,
    count(*) filter (where evt = 'java.run.error' and error_phase = 'compile') as compile_errors,
    count(*) filter (where evt = 'java.run.completed' and scanner_usage) as interactive,
    count(*) filter (where evt = 'java.run.completed' and truncated_output) as truncated,
    count(*) filter (where evt = 'install.created') as "installsWindow"
from events
where t >= %(first)s::timestamp at time zone 'UTC' and t < (%(last)s::date + 1)::timestamp at time zone 'UTC'
