-- A completed run that did not report an exit code is no longer exit 0 in the rollups: its value in
-- day_values is `-`, its kind in day_top_runs `unreported`. Days whose events are gone stay as they
-- are. Who migrates says what the run events are called.

with unreported as (
    select (t at time zone 'UTC')::date as day, count(*) as runs
    from telemetry.events
    where evt = current_setting('telemetry.run_events') || '.completed' and exit_code is null
    group by 1
),
moved as (
    update telemetry.day_values as v
    set events = v.events - u.runs
    from unreported as u
    where (v.day, v.dimension, v.value) = (u.day, 'exit', '0') and v.events >= u.runs
    returning u.day, u.runs
)
insert into telemetry.day_values (day, dimension, value, events, visitors)
select day, 'exit', '-', runs, 0 from moved;

delete from telemetry.day_values where dimension = 'exit' and events = 0;

-- the first twenty of each kind of those days anew, as load/rollups/1_day_top_runs ranks them
delete from telemetry.day_top_runs
where kind = 'success'
  and day in (select day from telemetry.day_values where (dimension, value) = ('exit', '-'));

insert into telemetry.day_top_runs (day, kind, t, anon, id, duration_ms, interactive, out_bytes_bucket)
select day, kind, t, anon, id, duration_ms, interactive, out_bytes_bucket
from (
    select
        runs.*, row_number() over (
            partition by day, kind order by interactive desc, -duration_ms nulls last, t, anon, id
        ) as place
    from (
        select
            (t at time zone 'UTC')::date as day,
            case when exit_code = 0 then 'success' else 'unreported' end as kind,
            t, anon, id, duration_ms, coalesce(scanner_usage, false) as interactive, out_bytes_bucket
        from telemetry.events
        where evt = current_setting('telemetry.run_events') || '.completed'
          and coalesce(exit_code, 0) = 0
    ) as runs
    where day in (select day from telemetry.day_values where (dimension, value) = ('exit', '-'))
) as ranked
where place <= 20;
