-- Loader: turn raw log lines, given as one JSON array, into typed rows. Only this statement names all
-- columns of the events, in the order of the table; each is a field of LogLine in
-- ingest_api/events/contract.py.
insert into fresh
select
    date 'epoch' + (t / 86400000)::integer, -- times are never before 1970
    t / 3600000 %% 24,
    what,
    case when what = 'completed' then telemetry.duration_bucket(duration_ms) end,
    timestamptz 'epoch' + t * interval '1 millisecond', id, anon, duration_ms, wait_ms_total, exit_code,
    scanner_usage, truncated_output, evt, os, ext, vscode, country, region, session_id,
    out_bytes_bucket, error_phase, exception_hash, m
from (
    select telemetry.what(evt, %(run_events)s) as what, lines.*
    from json_populate_recordset(null::fresh_lines, %(lines)s) as lines
) as lines
