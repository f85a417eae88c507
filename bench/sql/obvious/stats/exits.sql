-- The obvious way: completed runs by exit code.
select exit_code, count(*) as runs
from events
where t >= %(first)s::timestamp at time zone 'UTC' and t < (%(last)s::date + 1)::timestamp at time zone 'UTC'
  and evt = 'java.run.completed'
group by 1
order by 2 desc
