-- Each day's durations by version of the application, in the buckets of day_durations (migration
-- 0002): what the percentiles of a release are made of.
create table telemetry.day_version_durations (
    day date not null,
    ext text not null,
    bucket smallint not null,
    runs bigint not null,
    primary key (day, ext, bucket)
) with (fillfactor = 70);

-- who migrates says what the run events are called
insert into telemetry.day_version_durations (day, ext, bucket, runs)
select
    (t at time zone 'UTC')::date, ext,
    case when duration_ms < 1 then -1 else ceil(ln(duration_ms::float8) / ln(1.02::float8)) end,
    count(*)
from telemetry.events
where evt = current_setting('telemetry.run_events') || '.completed' and duration_ms is not null
group by 1, 2, 3;
