-- Of two runs of a session that completed at one moment, version 0.1 kept the one that was loaded
-- last. Since then it is the greater one, as load/rollups/2_session_days has it.
update telemetry.session_days as s
set exit_code = r.newest[1], duration_ms = r.newest[2], interactive = r.newest[3] = 1
from (
    select
        (t at time zone 'UTC')::date as day, anon, session_id, t,
        max(array[exit_code, duration_ms, coalesce(scanner_usage, false)::integer]) as newest
    from telemetry.events
    where evt = current_setting('telemetry.run_events') || '.completed' and session_id is not null
    group by anon, session_id, t
    having count(*) > 1
) as r
where (s.anon, s.session_id, s.day, s.completed_at) = (r.anon, r.session_id, r.day, r.t)
  and (s.exit_code, s.duration_ms, s.interactive)
      is distinct from (r.newest[1], r.newest[2], r.newest[3] = 1);
