-- Monthly partitions of the events, for the loader.

-- Create a month's partition unless it exists, and move the month's rows there from events_odd. Only
-- the owner may do this, so the function runs with the owner's rights.
create or replace function telemetry.ensure_partition(month date) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    partition_name text := 'events_' || to_char(month, 'YYYY_MM');
    lower_bound timestamptz := month::timestamp at time zone 'UTC';
    upper_bound timestamptz := (month + interval '1 month') at time zone 'UTC';
begin
    -- two loaders may need the same partition at the same time
    perform pg_advisory_xact_lock(73052029);
    -- to_regclass may answer from this connection's outdated cache
    if exists (
        select from pg_class
        where relname = partition_name and relnamespace = 'telemetry'::regnamespace
    ) then
        return;
    end if;
    execute format('create table telemetry.%I (like telemetry.events including all)', partition_name);
    execute format(
        'with moved as (delete from telemetry.events_odd where t >= %L and t < %L returning *)
         insert into telemetry.%I select * from moved', lower_bound, upper_bound, partition_name);
    execute format(
        'alter table telemetry.events attach partition telemetry.%I for values from (%L) to (%L)',
        partition_name, lower_bound, upper_bound);
end $$;

-- Count a month's events in events_odd, up to `most`: an index lookup, whatever the planner thinks of
-- the table's size.
create or replace function telemetry.odd_events(month date, most bigint) returns bigint
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
    return (
        select count(*) from (
            select from telemetry.events_odd
            where t >= month::timestamp at time zone 'UTC'
              and t < (month + interval '1 month') at time zone 'UTC'
            limit most
        ) as odd
    );
end $$;

revoke execute on function telemetry.ensure_partition(date) from public;
