-- What erasing deletes. Tables are found by their columns: one with a column day or hour holds rollups
-- of days, one with a column anon holds rows of visitors. Used by forget, rebuild, verify and
-- functions/retention.

create or replace function telemetry.tables_with(column_name text) returns setof name
language sql stable as $$
    select c.relname
    from pg_class as c join pg_attribute as a on a.attrelid = c.oid
    where c.relnamespace = 'telemetry'::regnamespace
      and c.relkind in ('r', 'p') and not c.relispartition
      and a.attname = column_name and a.attnum > 0 and not a.attisdropped
    order by c.relname
$$;

-- Delete a day's rollups but not its lists of names: a name refused on that day stays refused.
create or replace function telemetry.clear_day(cleared date) returns void
language plpgsql as $$
declare
    rollup name;
begin
    for rollup in select t from telemetry.tables_with('day') as t where t <> 'day_names' loop
        execute format('delete from telemetry.%I where day = $1', rollup) using cleared;
    end loop;
    for rollup in select telemetry.tables_with('hour') loop
        execute format('delete from telemetry.%I where hour >= $1 and hour < $2', rollup)
            using cleared::timestamp at time zone 'UTC', (cleared + 1)::timestamp at time zone 'UTC';
    end loop;
end $$;

-- Delete a visitor's rows from all tables but events, which are deleted day by day.
create or replace function telemetry.clear_visitor(cleared uuid) returns void
language plpgsql as $$
declare
    holder name;
begin
    for holder in
        select t from telemetry.tables_with('anon') as t where t <> 'events'
    loop
        execute format('delete from telemetry.%I where anon = $1', holder) using cleared;
    end loop;
end $$;

-- Count a visitor's rows in each table; tables without any are left out.
create or replace function telemetry.count_visitor(counted uuid) returns table (name name, visitor_rows bigint)
language plpgsql stable as $$
declare
    holder name;
begin
    for holder in select telemetry.tables_with('anon') loop
        execute format('select count(*) from telemetry.%I where anon = $1', holder)
            into visitor_rows using counted;
        name := holder;
        if visitor_rows > 0 then
            return next;
        end if;
    end loop;
end $$;
