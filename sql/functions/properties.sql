-- The properties of an event, for the dashboard's explorer.

-- A property of an event as the client sent it in m, wherever it is kept: the values that fit a
-- column were moved there. null where there is none. Inlined, so that only what is asked for is read.
create function telemetry.property(e telemetry.events, path text[]) returns jsonb
language sql stable as $$
    select coalesce(e.m #> path, case when cardinality(path) = 1 then case path[1]
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
$$;

-- All properties of an event, as one object.
create function telemetry.properties(e telemetry.events) returns jsonb
language sql stable as $$
    select jsonb_strip_nulls(jsonb_build_object(
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
$$;

-- A property's value as it is shown, and as it is looked for: text, of which the first 200 characters
-- tell one value from another; a null that was sent is `null`. null where there is none.
create function telemetry.property_text(value jsonb) returns text
language sql immutable as $$
    select case when value is not null then coalesce(left(value #>> array[]::text[], 200), 'null') end
$$;
