-- A client's session id may name its user, so it is stored as a hash, like the user id. The loader
-- gets hashes from the log; what is here already is hashed under a random key that nobody keeps: a
-- session's rows stay together, and no guessed id can be tried.

select set_config('telemetry.session_key', gen_random_uuid()::text || gen_random_uuid(), true);

create function telemetry.session_hash(visitor uuid, session text) returns uuid
language sql stable as $$
    select encode(
        substring(sha256(convert_to(
            current_setting('telemetry.session_key') || visitor || ':' || session, 'UTF8'
        )) from 1 for 16),
        'hex'
    )::uuid
$$;

-- Both columns in one rewrite of the table, which leaves no dead rows. What was no column's text
-- stayed in m: numbers and long text are hashed there, anything else is no session and goes.
alter table telemetry.events
    alter column session_id type uuid using telemetry.session_hash(anon, session_id),
    alter column m type jsonb using case
        when not m ? 'sessionId' then m
        when session_id is null and jsonb_typeof(m -> 'sessionId') in ('string', 'number')
            and m ->> 'sessionId' <> ''
            then m || jsonb_build_object('sessionId', telemetry.session_hash(anon, m ->> 'sessionId'))
        else nullif(m - 'sessionId', jsonb_build_object())
    end;

alter table telemetry.session_days
    alter column session_id type uuid using telemetry.session_hash(anon, session_id);

drop function telemetry.session_hash(uuid, text);
select set_config('telemetry.session_key', '', true);

-- a rewritten table has no statistics
analyze telemetry.events;
analyze telemetry.session_days;

drop function telemetry.newest_sessions(date, date);
drop function telemetry.session_between(uuid, text, date, date);

-- The 100 sessions with the newest event in the window, as the window saw them.
create function telemetry.newest_sessions(first date, last date)
returns table (anon uuid, session_id uuid, last_at timestamptz)
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
create function telemetry.session_between(visitor uuid, session uuid, first date, last date)
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
