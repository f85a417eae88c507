-- The dashboard's live page: sessions seen in the last ten minutes that have not completed.
select
    e.session_id::text as session, 'Visitor ' || right(e.anon::text, 6) as visitor,
    min(e.t) as first_at, max(e.t) as last_at, count(*) as events
from fragments.events(
    first => (%(now)s::timestamptz at time zone 'UTC')::date - 1,
    last => (%(now)s::timestamptz at time zone 'UTC')::date
) as e
where e.t between %(now)s::timestamptz - interval '10 minutes' and %(now)s::timestamptz
  and e.session_id is not null
  and not exists (
      select from telemetry.session_days as s
      where (s.anon, s.session_id) = (e.anon, e.session_id) and s.completed_at is not null
  )
group by e.anon, e.session_id
order by last_at desc, e.anon, e.session_id
