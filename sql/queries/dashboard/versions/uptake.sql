-- The dashboard's versions: each day's visitors by version, in the half year up to the window's last
-- day: how fast a release spreads doesn't depend on where the window begins.
select day, value as version, visitors
from telemetry.day_values
where day between %(last)s::date - 182 and %(last)s and dimension = 'ext'
order by day, visitors desc, value collate "C"
