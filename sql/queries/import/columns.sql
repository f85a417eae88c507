-- Import: the columns of the old server's table, with their types; no rows if there is no such table.
select attname, format_type(atttypid, null)
from pg_attribute
where attrelid = to_regclass(%(table)s::text) and attnum > 0 and not attisdropped
