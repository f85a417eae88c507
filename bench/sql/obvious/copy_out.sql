-- Stored events, for the obvious way's table.
copy (
    select
        t, anon, evt, os, ext, vscode, country, session_id, duration_ms, wait_ms_total, exit_code,
        scanner_usage, truncated_output, out_bytes_bucket, error_phase, exception_hash, m
    from telemetry.events
) to stdout (format binary)
