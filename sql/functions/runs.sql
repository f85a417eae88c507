-- What the run events report: how a run went, and durations in logarithmic buckets (see
-- schema/3_rollups). Read by the loader, rebuild, verify, /stats and the dashboard.

-- What an event reports, for any RUN_EVENTS prefix; null for any other event.
create or replace function telemetry.what(evt text, run_events text) returns text
language sql immutable parallel safe as $$
    select case
        when evt = run_events || '.started' then 'started'
        when evt = run_events || '.completed' then 'completed'
        when evt = run_events || '.error' then 'error'
        when evt = 'install.created' then 'installed'
    end
$$;

-- The bucket of a duration.
create or replace function telemetry.duration_bucket(ms integer) returns smallint
language sql immutable parallel safe as $$
    select (case when ms < 1 then -1 else ceil(ln(ms::float8) / ln(1.02::float8)) end)::smallint
$$;

-- The duration in ms that represents a bucket.
create or replace function telemetry.bucket_ms(bucket smallint) returns float8
language sql immutable parallel safe as $$
    select case
        when bucket = -1 then 0
        when bucket <= 197 then round(2 * 1.02 ^ bucket / 2.02)
        else 2 * 1.02 ^ bucket / 2.02
    end::float8
$$;

-- Merge two histograms.
create or replace function telemetry.add_histograms(
    some_buckets smallint[], some_runs bigint[], more_buckets smallint[], more_runs bigint[],
    out buckets smallint[], out runs bigint[]
) language sql immutable parallel safe as $$
    select array_agg(bucket order by bucket), array_agg(runs order by bucket)
    from (
        select bucket, sum(runs)::bigint as runs
        from (
            select * from unnest(some_buckets, some_runs)
            union all
            select * from unnest(more_buckets, more_runs)
        ) as both_histograms (bucket, runs)
        group by bucket
    ) as added
$$;
