-- Bytes of our events, their indexes, and the rollups and views with their indexes; number of events.
select
    sum(pg_table_size(oid)) filter (where is_events)::float8 as events,
    sum(pg_indexes_size(oid)) filter (where is_events)::float8 as indexes,
    sum(pg_total_relation_size(oid)) filter (where not is_events)::float8 as rollups,
    (select count(*) from telemetry.events) as count
from (
    select oid, relname ~ '^events(_|$)' as is_events
    from pg_class
    where relnamespace = 'telemetry'::regnamespace and relkind in ('r', 'm')
) as relations
