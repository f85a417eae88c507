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

-- The newest events of a window under a filter, at most so many, with a property of each. Where
-- only_path is given, those whose property there is only_value, as text.
create function telemetry.explored(
    first date, last date,
    countries text[], systems text[], versions text[], hosts text[], event text,
    path text[], only_path text[], only_value text, most integer
) returns table (t timestamptz, day date, anon uuid, value jsonb)
language sql stable as $$
    select e.t, (e.t at time zone 'UTC')::date, e.anon, telemetry.property(e, path)
    from telemetry.events_between(first, last, countries, systems, versions, hosts, event) as e
    where only_path is null or telemetry.property(e, only_path) #>> array[]::text[] = only_value
    order by e.t desc
    limit most
$$;
