-- Loader: this load's events. Fails where one of them is there already: see deduplicate.
insert into telemetry.events (
    t, id, anon, evt, os, ext, vscode, country, region, session_id, duration_ms, wait_ms_total,
    exit_code, scanner_usage, truncated_output, out_bytes_bucket, error_phase, exception_hash, m
)
select
    t, id, anon, evt, os, ext, vscode, country, region, session_id, duration_ms, wait_ms_total,
    exit_code, scanner_usage, truncated_output, out_bytes_bucket, error_phase, exception_hash, m
from fresh
