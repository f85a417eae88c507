-- Each day's exceptions, by phase, system and version of the application: what breaks, and where.
-- Its sums by day and exception are those of day_values, dimension exception.
create table telemetry.day_exceptions (
    day date not null,
    exception_hash text not null,
    phase text not null, -- compile, or runtime, which is any other
    os text not null,
    ext text not null,
    errors bigint not null,
    primary key (day, exception_hash, phase, os, ext)
) with (fillfactor = 70);

-- who migrates says what the run events are called
insert into telemetry.day_exceptions (day, exception_hash, phase, os, ext, errors)
select
    (t at time zone 'UTC')::date, exception_hash,
    case error_phase when 'compile' then 'compile' else 'runtime' end, os, ext, count(*)
from telemetry.events
where evt = current_setting('telemetry.run_events') || '.error' and exception_hash is not null
group by 1, 2, 3, 4, 5;
