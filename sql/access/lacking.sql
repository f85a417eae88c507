-- At start: count the tables, views and functions that lack the rights of grants.sql. No row if the
-- roles don't exist.
select count(*) filter (
    where not has_schema_privilege(reader.oid, c.relnamespace, 'usage')
       or not has_table_privilege(reader.oid, c.oid, 'select')
       or not has_table_privilege(ingest.oid, c.oid, 'delete')
          and c.relkind in ('r', 'p') and not c.relispartition
          and c.relname not in (
              'events', 'migrations', 'made', 'functions', 'views', 'countries', 'settings'
          )
) + (
    select count(*) from telemetry.functions as f
    where not has_function_privilege(ingest.oid, to_regprocedure(f.signature), 'execute')
)
from pg_roles as reader, pg_roles as ingest, pg_class as c
where reader.rolname = 'telemetry_reader' and ingest.rolname = 'telemetry_ingest'
  and c.relnamespace = to_regnamespace('telemetry') and c.relkind in ('r', 'p', 'v', 'm')
  and pg_has_role(c.relowner, 'usage') -- an operator's own may belong to another login
group by reader.oid, ingest.oid
