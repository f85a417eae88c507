-- The 100 sessions with the newest events in a window. Data from outside the window is ignored.
select s.anon, s.session_id, s.last_at
from telemetry.session_days as s
where s.last_at >= %(first)s::date::timestamp at time zone 'UTC'
  and s.last_at < (%(last)s::date + 1)::timestamp at time zone 'UTC'
  and not exists (
      select 1 from telemetry.session_days as later
      where later.anon = s.anon and later.session_id = s.session_id
        and later.day > s.day and later.day <= %(last)s::date
  )
order by s.last_at desc, s.anon, s.session_id
limit 100
