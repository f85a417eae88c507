-- Loader: raw log lines, as one JSON array, to typed rows. The fields are those of LogLine in
-- ingest_api/event.py.
insert into fresh (
    t, id, anon, evt, os, ext, vscode, country, region, session_id, duration_ms, wait_ms_total,
    exit_code, scanner_usage, truncated_output, out_bytes_bucket, error_phase, exception_hash, m,
    day, hour, what, bucket
)
select
    timestamptz 'epoch' + l.t * interval '1 millisecond', l.id, l.anon, l.evt, l.os, l.ext, l.vscode,
    l.country, l.region, l.session_id, l.duration_ms, l.wait_ms_total, l.exit_code, l.scanner_usage,
    l.truncated_output, l.out_bytes_bucket, l.error_phase, l.exception_hash, l.m,
    date 'epoch' + (l.t / 86400000)::integer, -- no time is before 1970
    l.t / 3600000 %% 24,
    case
        when l.evt = %(run_events)s || '.started' then 'started'
        when l.evt = %(run_events)s || '.completed' then 'completed'
        when l.evt = %(run_events)s || '.error' then 'error'
        when l.evt = 'install.created' then 'installed'
    end,
    case when l.evt = %(run_events)s || '.completed' then telemetry.duration_bucket(l.duration_ms) end
from
    json_to_recordset(%(lines)s) as l (
        t bigint, id bigint, anon uuid, evt text, os text, ext text, vscode text,
        country text, region text, session_id uuid, duration_ms integer, wait_ms_total integer,
        exit_code integer, scanner_usage boolean, truncated_output boolean,
        out_bytes_bucket text, error_phase text, exception_hash text, m jsonb
    )
