-- Each day's events, visitors and runs. For users who query the database directly.
create materialized view telemetry.daily_activity as
select day, events, visitors, started, completed, compile_errors, runtime_errors
from telemetry.days;

create unique index on telemetry.daily_activity (day);
