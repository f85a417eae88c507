-- Rebuild, forget and verify: gather a day's events as one load, for load/groups and load/rollups.
insert into fresh
select
    (t at time zone 'UTC')::date,
    extract(hour from t at time zone 'UTC'),
    what,
    case when what = 'completed' then telemetry.duration_bucket(duration_ms) end,
    (event).*
from (
    select telemetry.what(evt, %(run_events)s) as what, t, duration_ms, e as event
    from telemetry.events as e
    where t >= %(day)s::timestamp at time zone 'UTC'
      and t < (%(day)s::date + 1)::timestamp at time zone 'UTC'
) as events
