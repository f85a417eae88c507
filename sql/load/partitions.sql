-- Loader: give the months of this load a partition of their own, odd dates excepted.
with days as materialized (select distinct day from fresh), -- else all is asked for each event
months as (select distinct date_trunc('month', day)::date as month from days)
select telemetry.ensure_partition(month)
from months
where month between (current_date - interval '10 years') and (current_date + interval '2 months')
  and to_regclass('telemetry.events_' || to_char(month, 'YYYY_MM')) is null
