-- Rebuild: clear the names that a day took and refused in some dimensions, to choose them again.
delete from telemetry.day_names
where day = %(day)s and dimension = any (%(dimensions)s::text[])
