-- What the runs of a window did, under a filter: null is no filter. As those of migration 0003, both
-- are inlined into the query that calls them, so that only one of their branches is ever touched.

-- The bucket of a duration, and the ms that stand for a bucket: for the formulas see migration 0002
-- and queries/stats/durations.sql.
create function telemetry.duration_bucket(ms integer) returns smallint
language sql immutable parallel safe as $$
    select (case when ms < 1 then -1 else ceil(ln(ms::float8) / ln(1.02::float8)) end)::smallint
$$;

create function telemetry.bucket_ms(bucket smallint) returns float8
language sql immutable parallel safe as $$
    select case
        when bucket = -1 then 0
        when bucket <= 197 then round(2 * 1.02 ^ bucket / 2.02)
        else 2 * 1.02 ^ bucket / 2.02
    end::float8
$$;

-- Durations of completed runs. Without a filter the version is told (else null) where `by_version`
-- asks for it, since that takes a rollup with many more rows.
create function telemetry.durations_between(
    first date, last date,
    countries text[], systems text[], versions text[], hosts text[], event text, run_events text,
    by_version boolean
) returns table (day date, ext text, bucket smallint, runs bigint)
language sql stable as $$
    select d.day, null, d.bucket, d.runs
    from telemetry.day_durations as d
    where countries is null and systems is null and hosts is null and event is null
      and versions is null and not by_version
      and d.day between first and last
    union all
    select d.day, d.ext, d.bucket, d.runs
    from telemetry.day_version_durations as d
    where countries is null and systems is null and hosts is null and event is null
      and (versions is not null or by_version)
      and d.day between first and last
      and (versions is null or d.ext = any (versions))
    union all
    select
        (e.t at time zone 'UTC')::date, e.ext, telemetry.duration_bucket(e.duration_ms), count(*)
    from telemetry.events_between(first, last, countries, systems, versions, hosts, event) as e
    where not (countries is null and systems is null and hosts is null and event is null)
      and e.evt = run_events || '.completed' and e.duration_ms is not null
    group by 1, 2, 3
$$;

-- Exceptions, by phase, system and version.
create function telemetry.exceptions_between(
    first date, last date,
    countries text[], systems text[], versions text[], hosts text[], event text, run_events text
) returns table (day date, exception text, phase text, os text, ext text, errors bigint)
language sql stable as $$
    select x.day, x.exception_hash, x.phase, x.os, x.ext, x.errors
    from telemetry.day_exceptions as x
    where countries is null and hosts is null and event is null
      and x.day between first and last
      and (systems is null or x.os = any (systems))
      and (versions is null or x.ext = any (versions))
    union all
    select
        (e.t at time zone 'UTC')::date, e.exception_hash,
        case e.error_phase when 'compile' then 'compile' else 'runtime' end, e.os, e.ext, count(*)
    from telemetry.events_between(first, last, countries, systems, versions, hosts, event) as e
    where not (countries is null and hosts is null and event is null)
      and e.evt = run_events || '.error' and e.exception_hash is not null
    group by 1, 2, 3, 4, 5
$$;
