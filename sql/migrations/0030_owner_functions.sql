-- What takes the owner's rights is done by functions of the owner's, so that the loader can work as
-- a role that has none: see sql/access.

alter function telemetry.ensure_partition(date) security definer;
alter function telemetry.ensure_partition(date) set search_path = pg_catalog, pg_temp;

create function telemetry.refresh_view(name text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if not exists (select from telemetry.views as v where v.name = refresh_view.name) then
        raise undefined_table using message = format('telemetry has no view %I', name);
    end if;
    execute format('refresh materialized view concurrently telemetry.%I', name);
end $$;
