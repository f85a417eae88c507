-- The obvious way: one event.
insert into events (
    t, anon, evt, os, ext, vscode, country, session_id, duration_ms, wait_ms_total, exit_code,
    scanner_usage, truncated_output, out_bytes_bucket, error_phase, exception_hash, m
)
values (
    to_timestamp(%(t)s / 1000.0), %(anon)s, %(evt)s, %(os)s, %(ext)s, %(vscode)s, %(country)s,
    %(sessionId)s, %(durationMs)s, %(waitMsTotal)s, %(exit)s, %(scannerUsage)s,
    %(truncatedOutput)s, %(cumulativeBytesBucket)s, %(phase)s, %(exceptionHash)s, %(m)s
)
