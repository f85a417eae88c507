-- Recompute rollups in temporary tables of the same names and compare the two, for verify and rebuild.
-- As in functions/erasure, a table with a column day or hour holds rollups of days.

-- Create the temporary tables; return their names, and which of them hold rollups of days.
create or replace function telemetry.make_shadows() returns table (name name, by_day boolean)
language plpgsql as $$
begin
    for name, by_day in
        select t, bool_or(source in ('day', 'hour'))
        from
            unnest(array['day', 'hour', 'anon']) as source,
            lateral telemetry.tables_with(source) as t
        where t <> 'events'
        group by t
        union all
        select 'freshness', false
    loop
        execute format(
            'create temp table if not exists %1$I (like telemetry.%1$I including all)
             on commit delete rows', name);
        return next;
    end loop;
end $$;

-- The condition that selects a day's rows of a table, or all rows if the table has no days.
create or replace function telemetry.day_condition(rollup name, day date) returns text
language sql stable as $$
    select coalesce(min(
        case attname
            when 'day' then format('day = %L', day)
            else format(
                'hour >= %L and hour < %L',
                day::timestamp at time zone 'UTC', (day + 1)::timestamp at time zone 'UTC')
        end), 'true')
    from pg_attribute
    where attrelid = format('telemetry.%I', rollup)::regclass
      and attname in ('day', 'hour') and not attisdropped
$$;

-- Copy a day's rows unchanged into the temporary table.
create or replace function telemetry.copy_to_shadow(rollup name, copied date) returns void
language plpgsql as $$
begin
    execute format('insert into pg_temp.%1$I select * from telemetry.%1$I where %2$s',
        rollup, telemetry.day_condition(rollup, copied));
end $$;

-- How a day's rows of a rollup differ from the temporary table: how many are missing, extra or changed,
-- with one example as it should be (expected) and as it is (stored).
create or replace function telemetry.compare_with_shadow(rollup name, compared date)
returns table (
    missing bigint, surplus bigint, changed bigint, key name[], expected jsonb, stored jsonb
)
language plpgsql as $$
declare
    same_key text;
begin
    select
        array_agg(a.attname order by a.attnum),
        string_agg(format('e.%1$I = f.%1$I', a.attname), ' and ')
    into key, same_key
    from pg_index as i
    join pg_attribute as a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
    where i.indrelid = format('telemetry.%I', rollup)::regclass and i.indisprimary;
    execute format(
        'with differing as materialized (
            select e.%3$I is null as is_surplus, f.%3$I is null as is_missing, e, f
            from pg_temp.%1$I as e
            full join (select * from telemetry.%1$I where %2$s) as f on %4$s
            where e is distinct from f
        )
        select
            count(*) filter (where is_missing), count(*) filter (where is_surplus),
            count(*) filter (where not is_missing and not is_surplus),
            (select to_jsonb(e) from differing limit 1), (select to_jsonb(f) from differing limit 1)
        from differing',
        rollup, telemetry.day_condition(rollup, compared), key[1], same_key)
    into missing, surplus, changed, expected, stored;
    return next;
end $$;

-- The days that have rollups.
create or replace function telemetry.days_with_rollups() returns setof date
language plpgsql stable as $$
declare
    rollup name;
begin
    for rollup in select telemetry.tables_with('day') loop
        return query execute format('select distinct day from telemetry.%I', rollup);
    end loop;
    for rollup in select telemetry.tables_with('hour') loop
        return query execute format(
            'select distinct (hour at time zone ''UTC'')::date from telemetry.%I', rollup);
    end loop;
end $$;
