-- The buckets of durations (see day_durations), for queries that make or read them.

create function telemetry.duration_bucket(duration_ms integer) returns smallint
language sql immutable as $$
    select case when duration_ms < 1 then -1 else ceil(ln(duration_ms::float8) / ln(1.02::float8)) end::smallint
$$;

-- The duration that a bucket stands for, in ms, at most 1 % off. Below 50 ms the nearest whole number
-- is the duration itself; beyond, rounding would add to the bucket's own error of 0.99 %.
create function telemetry.bucket_duration(bucket smallint) returns float8
language sql immutable as $$
    select case
        when bucket = -1 then 0
        when bucket <= 197 then round(2 * 1.02 ^ bucket / 2.02)::float8
        else (2 * 1.02 ^ bucket / 2.02)::float8
    end
$$;
