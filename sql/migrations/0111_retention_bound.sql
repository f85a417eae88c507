-- What RETENTION_DAYS deletes is never from today or later, whoever asks for it: a loader that was
-- taken over, or one whose clock is ahead.

-- Return a first day to be kept, unless that is later than today.
create function telemetry.first_kept_by_now(first_kept date) returns date
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
    if first_kept > (now() at time zone 'UTC')::date then
        raise invalid_parameter_value using message = format(
            'nothing is dropped before %L, which is later than today (UTC): see the server''s clock',
            first_kept);
    end if;
    return first_kept;
end $$;

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
