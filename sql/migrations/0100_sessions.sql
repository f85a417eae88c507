-- What is told of sessions in a window of days, for GET /stats and the dashboard. Both are inlined into
-- the query that calls them.

-- The 100 sessions with the newest event in the window, as the window saw them.
create function telemetry.newest_sessions(first date, last date)
returns table (anon uuid, session_id text, last_at timestamptz)
language sql stable as $$
    select s.anon, s.session_id, s.last_at
    from telemetry.session_days as s
    where s.last_at >= first::timestamp at time zone 'UTC'
      and s.last_at < (last + 1)::timestamp at time zone 'UTC'
      and not exists (
          select from telemetry.session_days as later
          where (later.anon, later.session_id) = (s.anon, s.session_id)
            and later.day > s.day and later.day <= last
      )
    order by s.last_at desc, s.anon, s.session_id
    limit 100
$$;

-- One session, with its newest completed run.
create function telemetry.session_between(visitor uuid, session text, first date, last date)
returns table (
    started_at timestamptz, events bigint, completed boolean,
    exit_code integer, duration_ms integer, interactive boolean
)
language sql stable as $$
    select
        o.started_at, o.events, o.completed, run.exit_code, run.duration_ms,
        coalesce(run.interactive, false)
    from (
        select
            min(s.first_at) as started_at, sum(s.events)::bigint as events,
            count(s.completed_at) > 0 as completed
        from telemetry.session_days as s
        where (s.anon, s.session_id) = (visitor, session) and s.day between first and last
    ) as o
    left join lateral (
        select s.exit_code, s.duration_ms, s.interactive
        from telemetry.session_days as s
        where (s.anon, s.session_id) = (visitor, session) and s.day between first and last
          and s.completed_at is not null
        order by s.completed_at desc
        limit 1
    ) as run on true
$$;
