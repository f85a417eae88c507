-- Each day's histograms of run durations as one row of two arrays, in place of a row a bucket: a tenth
-- of the bytes, and one row to change where a load brought many. For the buckets see migration 0002.

create table telemetry.day_histograms (
    day date primary key,
    buckets smallint[] not null, -- those with any runs, in order
    runs bigint[] not null -- of each of them
) with (fillfactor = 50);

create table telemetry.day_version_histograms (
    day date not null,
    ext text not null,
    buckets smallint[] not null,
    runs bigint[] not null,
    primary key (day, ext)
) with (fillfactor = 50);

insert into telemetry.day_histograms (day, buckets, runs)
select day, array_agg(bucket order by bucket), array_agg(runs order by bucket)
from telemetry.day_durations
group by day;

insert into telemetry.day_version_histograms (day, ext, buckets, runs)
select day, ext, array_agg(bucket order by bucket), array_agg(runs order by bucket)
from telemetry.day_version_durations
group by day, ext;

drop table telemetry.day_durations;
drop table telemetry.day_version_durations;

-- What queries read.
create view telemetry.day_durations as
select h.day, b.bucket, b.runs
from telemetry.day_histograms as h, unnest(h.buckets, h.runs) as b (bucket, runs);

create view telemetry.day_version_durations as
select h.day, h.ext, b.bucket, b.runs
from telemetry.day_version_histograms as h, unnest(h.buckets, h.runs) as b (bucket, runs);

-- Two histograms as one.
create function telemetry.add_histograms(
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
