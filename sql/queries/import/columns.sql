-- Import: the columns of the old server's table; none where there is no such table.
select attname
from pg_attribute
where attrelid = to_regclass(%(table)s::text) and attnum > 0 and not attisdropped
