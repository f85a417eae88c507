-- The obvious way: the longest runs.
select anon::text, t::text, duration_ms
from events
where t >= %(first)s::timestamp at time zone 'UTC' and t < (%(last)s::date + 1)::timestamp at time zone 'UTC'
  and evt = 'java.run.completed' and exit_code = 0
order by scanner_usage desc, duration_ms desc
limit 20
