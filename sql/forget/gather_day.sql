-- Forget: a day's events as if they were a load, for the statements in load/rollups.
insert into fresh
select
    e.*,
    (e.t at time zone 'UTC')::date,
    extract(hour from e.t at time zone 'UTC'),
    case
        when e.evt = %(run_events)s || '.started' then 'started'
        when e.evt = %(run_events)s || '.completed' then 'completed'
        when e.evt = %(run_events)s || '.error' then 'error'
    end
from telemetry.events as e
where e.t >= %(day)s::timestamp at time zone 'UTC'
  and e.t < (%(day)s::date + 1)::timestamp at time zone 'UTC'
