-- What RETENTION_DAYS deletes, for housekeeping: events in whole months, by dropping partitions;
-- rollups by the day. Never deletes today or later: the caller may be a compromised loader, or one
-- whose clock is ahead. What only the owner may do runs with the owner's rights.

-- Return the first day to keep. Raises if it is later than today.
create or replace function telemetry.first_kept_by_now(first_kept date) returns date
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
    if first_kept > (now() at time zone 'UTC')::date then
        raise invalid_parameter_value using message = format(
            'nothing is dropped before %L, which is later than today (UTC): see the server''s clock',
            first_kept);
    end if;
    return first_kept;
end $$;

-- Drop the oldest partition that holds only events from before a day; return its name, or null if there
-- is none.
create or replace function telemetry.drop_month_before(first_kept date) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    oldest text;
begin
    perform telemetry.first_kept_by_now(first_kept);
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

-- Delete the events from before a day that are in no monthly partition; return how many. There are few.
create or replace function telemetry.delete_odd_before(first_kept date) returns bigint
language sql security definer set search_path = pg_catalog, pg_temp as $$
    select telemetry.first_kept_by_now(first_kept);
    with deleted as (
        delete from telemetry.events_odd
        where t < first_kept::timestamp at time zone 'UTC'
        returning 1
    )
    select count(*) from deleted
$$;

-- Delete the rollups of all days before one. A visitor's row of a year loses the bits of those days; a
-- visitor not seen since is deleted.
create or replace function telemetry.clear_rollups_before(first_kept date) returns void
language plpgsql as $$
declare
    rollup name;
    kept_year integer := extract(year from first_kept);
    kept_days bit(366) := telemetry.day_bits(kept_year, first_kept, make_date(kept_year, 12, 31));
    next_month date := telemetry.month_from(first_kept + 1);
    later_hours bit(288) := case when next_month <= make_date(kept_year, 12, 1)
        then telemetry.month_bits(kept_year, next_month, make_date(kept_year, 12, 31))
        else 0::bit(288) end;
begin
    for rollup in select telemetry.tables_with('day') loop
        execute format('delete from telemetry.%I where day < $1', rollup) using first_kept;
    end loop;
    for rollup in select telemetry.tables_with('hour') loop
        execute format('delete from telemetry.%I where hour < $1', rollup)
            using first_kept::timestamp at time zone 'UTC';
    end loop;
    delete from telemetry.visitor_years
    where year < kept_year or year = kept_year and days & kept_days = 0::bit(366);
    update telemetry.visitor_years as y
    set days = y.days & kept_days,
        hours = y.hours & later_hours | coalesce((
            select bit_or(telemetry.hour_bits(v.day, v.hours)) from telemetry.visitor_days as v
            where v.anon = y.anon and v.country = y.country
              and v.day >= first_kept and v.day < next_month
        ), 0::bit(288))
    where y.year = kept_year and y.days & ~kept_days <> 0::bit(366);
    delete from telemetry.visitors as v
    where not exists (select from telemetry.visitor_years as y where y.anon = v.anon);
    update telemetry.freshness set version = version + 1;
end $$;

-- Record the first day whose rollups are kept.
create or replace function telemetry.note_first_kept(first_kept date) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
    update telemetry.settings as s
    set first_kept = greatest(s.first_kept, telemetry.first_kept_by_now(note_first_kept.first_kept))
$$;

revoke execute on function
    telemetry.drop_month_before(date), telemetry.delete_odd_before(date), telemetry.note_first_kept(date)
from public;
