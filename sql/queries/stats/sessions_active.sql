-- GET /stats: sessions seen in the last ten minutes that have not completed.
select count(distinct (s.anon, s.session_id)) as sessions
from telemetry.session_days as s
where s.last_at between %(now)s - interval '10 minutes' and %(now)s
  and not exists (
      select from telemetry.session_days as o
      where (o.anon, o.session_id) = (s.anon, s.session_id) and o.completed_at is not null
  )
