-- Sessions. The loader updates them in the transaction that adds the events. On a cluster, distributed
-- by anon, like the events.
--
-- table         key                    read by
-- session_days  anon, session_id, day  /stats, dashboard (sessions, live)

-- A session's day (UTC): a session that lasts past midnight has several.
create table telemetry.session_days (
    day date not null,
    anon uuid not null,
    session_id uuid not null,
    events integer not null,
    first_at timestamptz not null,
    last_at timestamptz not null,
    completed_at timestamptz, -- its newest completed run, as are the next three
    exit_code integer,
    duration_ms integer,
    interactive boolean,
    primary key (anon, session_id, day)
) with (fillfactor = 80);

create index session_days_last_at on telemetry.session_days (last_at);
