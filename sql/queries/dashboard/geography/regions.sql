-- The dashboard's geography: events of one country's regions, by ISO 3166-2 code. Events without a
-- known region are left out.
select value as region, sum(events)::bigint as events
from telemetry.day_values
where dimension = 'region' and day between %(first)s and %(last)s
  and split_part(value, '-', 1) = %(country)s
group by value
order by events desc, value collate "C"
