-- The dashboard's performance and errors: completed runs by day and one value: exit (the exit code) or
-- output (the amount written), both `-` if not reported, or duration (one of eight classes, 0 the
-- shortest).
select day, value, events as runs
from telemetry.day_values
where day between %(first)s and %(last)s and dimension = %(dimension)s
order by day, runs desc, value collate "C"
