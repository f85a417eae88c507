-- The obvious way: the newest sessions.
select session_id, min(t)::text as started, max(t)::text as seen, bool_or(evt = 'java.run.completed') as completed
from events
where t >= %(first)s::timestamp at time zone 'UTC' and t < (%(last)s::date + 1)::timestamp at time zone 'UTC'
  and session_id is not null
group by 1
order by 3 desc
limit 100
