-- Rebuild, forget and verify: a day's events as if they were a load, for load/groups and load/rollups.
insert into fresh
select
    days.day,
    extract(hour from e.t at time zone 'UTC'),
    kinds.what,
    case when kinds.what = 'completed' then telemetry.duration_bucket(e.duration_ms) end,
    e.*
from
    telemetry.events as e,
    lateral (select (e.t at time zone 'UTC')::date as day) as days,
    lateral (
        select case
            when e.evt = %(run_events)s || '.started' then 'started'
            when e.evt = %(run_events)s || '.completed' then 'completed'
            when e.evt = %(run_events)s || '.error' then 'error'
            when e.evt = 'install.created' then 'installed'
        end as what
    ) as kinds
where e.t >= %(day)s::timestamp at time zone 'UTC'
  and e.t < (%(day)s::date + 1)::timestamp at time zone 'UTC'
