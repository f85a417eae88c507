-- The dashboard's frame: the dimensions that refused names on a day of the window: see MAX_VALUES.
select distinct dimension
from telemetry.day_names
where value = '(other)' and day between %(first)s and %(last)s
order by dimension
