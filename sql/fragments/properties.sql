-- All properties of the event `e`, as one object.
jsonb_strip_nulls(jsonb_build_object(
    'sessionId', e.session_id,
    'durationMs', e.duration_ms,
    'waitMsTotal', e.wait_ms_total,
    'exit', e.exit_code,
    'scannerUsage', e.scanner_usage,
    'truncatedOutput', e.truncated_output,
    'cumulativeBytesBucket', e.out_bytes_bucket,
    'phase', e.error_phase,
    'exceptionHash', e.exception_hash
)) || coalesce(e.m, jsonb_build_object())
