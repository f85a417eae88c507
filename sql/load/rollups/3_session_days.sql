-- Loader: each session's days.
insert into telemetry.session_days as s (
    day, anon, session_id, events, first_at, last_at, completed_at, exit_code, duration_ms, interactive
)
select distinct on (anon, session_id, day)
    day, anon, session_id,
    count(*) over session_day, min(t) over session_day, max(t) over session_day,
    case when what = 'completed' then t end,
    case when what = 'completed' then exit_code end,
    case when what = 'completed' then duration_ms end,
    case when what = 'completed' then coalesce(scanner_usage, false) end
from fresh
where session_id is not null
window session_day as (partition by anon, session_id, day)
order by anon, session_id, day, (what is not distinct from 'completed') desc, t desc, id
on conflict (anon, session_id, day) do update set
    events = s.events + excluded.events,
    first_at = least(s.first_at, excluded.first_at),
    last_at = greatest(s.last_at, excluded.last_at),
    completed_at = greatest(s.completed_at, excluded.completed_at),
    exit_code = case when excluded.completed_at >= coalesce(s.completed_at, '-infinity')
        then excluded.exit_code else s.exit_code end,
    duration_ms = case when excluded.completed_at >= coalesce(s.completed_at, '-infinity')
        then excluded.duration_ms else s.duration_ms end,
    interactive = case when excluded.completed_at >= coalesce(s.completed_at, '-infinity')
        then excluded.interactive else s.interactive end
