-- The dashboard's frame: when events were last loaded (null: never), the days that have any.
select f.loaded_at, v.first_day, v.last_day
from
    telemetry.freshness as f,
    (select min(day) as first_day, max(day) as last_day from telemetry.daily_activity) as v
