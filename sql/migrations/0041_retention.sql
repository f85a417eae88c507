-- What RETENTION_DAYS deletes. Events go by whole months, as partitions; rollups by the day.

-- Drop the oldest partition of which every event is from before a day; return its name, null where
-- there is none. Only the owner may, so this is done in the owner's name.
create function telemetry.drop_month_before(first_kept date) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    oldest text;
begin
    select c.relname into oldest
    from pg_inherits as i join pg_class as c on c.oid = i.inhrelid
    where i.inhparent = 'telemetry.events'::regclass
      and c.relname ~ '^events_\d\d\d\d_\d\d$'
      and to_date(right(c.relname, 7), 'YYYY_MM') + interval '1 month' <= first_kept
    order by c.relname
    limit 1;
    if oldest is not null then
        execute format('drop table telemetry.%I', oldest);
    end if;
    return oldest;
end $$;

-- Delete the events from before a day that have no month's partition; return how many. They are few.
create function telemetry.delete_odd_before(first_kept date) returns bigint
language sql security definer set search_path = pg_catalog, pg_temp as $$
    with deleted as (
        delete from telemetry.events_odd
        where t < first_kept::timestamp at time zone 'UTC'
        returning 1
    )
    select count(*) from deleted
$$;

revoke execute on function telemetry.drop_month_before(date), telemetry.delete_odd_before(date)
    from public;

do $$
begin
    if exists (select from pg_roles where rolname = 'telemetry_ingest') then
        grant execute on function telemetry.drop_month_before(date), telemetry.delete_odd_before(date)
            to telemetry_ingest;
    end if;
end $$;

-- Delete what the rollups say of the days before one. What a month's row says of them is taken out
-- of it; who was not seen since is no visitor any more.
create function telemetry.clear_rollups_before(first_kept date) returns void
language plpgsql as $$
declare
    rollup name;
    first_month date := date_trunc('month', first_kept);
    dropped_days integer := (1 << (first_kept - first_month)) - 1;
begin
    for rollup in select telemetry.tables_with('day') loop
        execute format('delete from telemetry.%I where day < $1', rollup) using first_kept;
    end loop;
    for rollup in select telemetry.tables_with('hour') loop
        execute format('delete from telemetry.%I where hour < $1', rollup)
            using first_kept::timestamp at time zone 'UTC';
    end loop;
    for rollup in select telemetry.tables_with('month') loop
        execute format('delete from telemetry.%I where month < $1', rollup) using first_month;
    end loop;
    delete from telemetry.visitor_months
    where month = first_month and days & ~dropped_days = 0;
    update telemetry.visitor_months as m
    set days = m.days & ~dropped_days,
        hours = (
            select bit_or(v.hours) from telemetry.visitor_days as v
            where v.anon = m.anon and v.country = m.country
              and v.day >= first_kept and v.day < first_month + interval '1 month'
        )
    where m.month = first_month and m.days & dropped_days <> 0;
    delete from telemetry.visitors as v
    where not exists (select from telemetry.visitor_months as m where m.anon = v.anon);
    update telemetry.freshness set version = version + 1;
end $$;
