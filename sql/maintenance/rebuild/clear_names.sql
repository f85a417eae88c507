-- Rebuild: forget which names a day took and refused in some dimensions, to choose them anew.
delete from telemetry.day_names
where day = %(day)s and dimension = any (%(dimensions)s::text[])
