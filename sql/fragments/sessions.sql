-- A window's data about the sessions in `newest` (anon, session_id), which the calling statement
-- defines. Exit code, duration and interactive come from the newest completed run.
select
    s.anon, s.session_id, min(s.first_at) as started_at, sum(s.events)::bigint as events,
    count(s.completed_at) > 0 as completed,
    (array_agg(s.exit_code order by s.completed_at desc nulls last))[1] as exit_code,
    (array_agg(s.duration_ms order by s.completed_at desc nulls last))[1] as duration_ms,
    coalesce((array_agg(s.interactive order by s.completed_at desc nulls last))[1], false) as interactive
from newest as n join telemetry.session_days as s using (anon, session_id)
where s.day between %(first)s::date and %(last)s::date
group by s.anon, s.session_id
