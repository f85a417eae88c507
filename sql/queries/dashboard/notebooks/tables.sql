-- The dashboard's notebooks: the tables and views of the schema telemetry, with approximate row counts;
-- the monthly partitions of events count as one table.
select
    c.relname::text as name,
    case c.relkind when 'm' then 'materialized view' else 'table' end as kind,
    greatest(sum(coalesce(part.reltuples, c.reltuples)), 0)::bigint as about_rows
from pg_class as c
left join pg_inherits as i on i.inhparent = c.oid
left join pg_class as part on part.oid = i.inhrelid
where c.relnamespace = 'telemetry'::regnamespace
  and c.relkind in ('r', 'p', 'm')
  and not c.relispartition
  and has_table_privilege(c.oid, 'select')
group by c.relname, c.relkind
order by kind desc, name
