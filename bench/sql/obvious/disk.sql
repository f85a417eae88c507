-- The obvious way: bytes of its events and their indexes; number of events.
select
    pg_table_size('events')::float8 as events, pg_indexes_size('events')::float8 as indexes,
    count(*) as count
from events
