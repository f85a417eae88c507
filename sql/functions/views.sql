-- For view refresh. The views belong to the owner, so this runs with the owner's rights.
create or replace function telemetry.refresh_view(name text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if not exists (select from telemetry.views as v where v.name = refresh_view.name) then
        raise undefined_table using message = format('telemetry has no view %I', name);
    end if;
    execute format('refresh materialized view concurrently telemetry.%I', name);
end $$;

revoke execute on function telemetry.refresh_view(text) from public;
