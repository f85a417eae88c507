-- Verify and rebuild: the days with events or rollups, except those that retention deleted.
select distinct day
from (
    select distinct (t at time zone 'UTC')::date as day from telemetry.events
    union all
    select telemetry.days_with_rollups()
) as days
where day >= coalesce((select first_kept from telemetry.settings), '-infinity')
  and (%(first)s::date is null or day >= %(first)s)
  and (%(last)s::date is null or day <= %(last)s)
order by day
