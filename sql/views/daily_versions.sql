-- Each day's events and visitors by application version. For users who query the database directly.
create materialized view telemetry.daily_versions as
select day, value as ext, events, visitors
from telemetry.day_values
where dimension = 'ext';

create unique index on telemetry.daily_versions (day, ext);
