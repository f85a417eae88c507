-- Loader: each session's days.
insert into telemetry.session_days as s (
    day, anon, session_id, events, first_at, last_at, completed_at, exit_code, duration_ms, interactive
)
select
    day, anon, session_id, events, first_at, last_at,
    case when newest is not null then timestamptz 'epoch' + newest[1] * interval '1 millisecond' end,
    newest[2], newest[3], newest[4] = 1
from (
    -- the newest run by its time in ms, the first element of the array
    select
        day, anon, session_id, count(*) as events, min(t) as first_at, max(t) as last_at,
        max(array[
            (date_part('epoch', t) * 1000)::bigint, exit_code, duration_ms,
            coalesce(scanner_usage, false)::integer
        ]) filter (where what = 'completed') as newest
    from fresh
    where session_id is not null
    group by day, anon, session_id
) as sessions
on conflict (anon, session_id, day) do update set
    events = s.events + excluded.events,
    first_at = least(s.first_at, excluded.first_at),
    last_at = greatest(s.last_at, excluded.last_at),
    -- the greater one, as above; null is the greatest, whichever load brought it
    completed_at = greatest(s.completed_at, excluded.completed_at),
    exit_code = case
        when (
            coalesce(excluded.completed_at, '-infinity'), coalesce(excluded.exit_code, 2147483648),
            coalesce(excluded.duration_ms, 2147483648), excluded.interactive
        ) > (
            coalesce(s.completed_at, '-infinity'), coalesce(s.exit_code, 2147483648),
            coalesce(s.duration_ms, 2147483648), s.interactive
        ) then excluded.exit_code else s.exit_code end,
    duration_ms = case
        when (
            coalesce(excluded.completed_at, '-infinity'), coalesce(excluded.exit_code, 2147483648),
            coalesce(excluded.duration_ms, 2147483648), excluded.interactive
        ) > (
            coalesce(s.completed_at, '-infinity'), coalesce(s.exit_code, 2147483648),
            coalesce(s.duration_ms, 2147483648), s.interactive
        ) then excluded.duration_ms else s.duration_ms end,
    interactive = case
        when (
            coalesce(excluded.completed_at, '-infinity'), coalesce(excluded.exit_code, 2147483648),
            coalesce(excluded.duration_ms, 2147483648), excluded.interactive
        ) > (
            coalesce(s.completed_at, '-infinity'), coalesce(s.exit_code, 2147483648),
            coalesce(s.duration_ms, 2147483648), s.interactive
        ) then excluded.interactive else s.interactive end
