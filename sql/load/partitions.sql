-- Loader: give the months of this load a partition of their own, odd dates excepted.
select telemetry.ensure_partition(month)
from (
    select distinct date_trunc('month', day)::date as month
    from (select distinct day from fresh) as days
) as months
where month between (current_date - interval '10 years') and (current_date + interval '2 months')
  and to_regclass('telemetry.events_' || to_char(month, 'YYYY_MM')) is null
