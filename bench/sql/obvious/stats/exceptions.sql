-- The obvious way: the most frequent exceptions.
select exception_hash, count(*) as errors
from events
where t >= %(first)s::timestamp at time zone 'UTC' and t < (%(last)s::date + 1)::timestamp at time zone 'UTC'
  and evt = 'java.run.error'
group by 1
order by 2 desc
limit 50
