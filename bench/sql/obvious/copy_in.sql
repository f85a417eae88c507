-- The obvious way: rows from copy_out.
copy events (
    t, anon, evt, os, ext, vscode, country, session_id, duration_ms, wait_ms_total, exit_code,
    scanner_usage, truncated_output, out_bytes_bucket, error_phase, exception_hash, m
) from stdin (format binary)
