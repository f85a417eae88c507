-- The property at `path` of the event `e` as the client sent it in m, wherever it is stored: values
-- that fit a column were moved there. null if the event doesn't have it. Reads only that property.
coalesce(e.m #> %(path)s::text[], case when cardinality(%(path)s::text[]) = 1 then case (%(path)s::text[])[1]
    when 'sessionId' then to_jsonb(e.session_id)
    when 'durationMs' then to_jsonb(e.duration_ms)
    when 'waitMsTotal' then to_jsonb(e.wait_ms_total)
    when 'exit' then to_jsonb(e.exit_code)
    when 'scannerUsage' then to_jsonb(e.scanner_usage)
    when 'truncatedOutput' then to_jsonb(e.truncated_output)
    when 'cumulativeBytesBucket' then to_jsonb(e.out_bytes_bucket)
    when 'phase' then to_jsonb(e.error_phase)
    when 'exceptionHash' then to_jsonb(e.exception_hash)
end end)
