-- At start: set what each role may do. The reader reads. The loader adds events and maintains the
-- rollups; it can't change events or what migrations write. Partitions, which the loader creates
-- through a function of the owner's, get their rights from the default privileges.
do $$
declare
    relation record;
    signature text;
begin
    grant usage on schema telemetry to telemetry_reader, telemetry_ingest;
    for relation in
        select relname as name from pg_class
        where relnamespace = 'telemetry'::regnamespace and relkind in ('r', 'p', 'v', 'm')
          and pg_has_role(relowner, 'usage') -- an operator's own may belong to another login
    loop
        execute format(
            'grant select on telemetry.%I to telemetry_reader, telemetry_ingest', relation.name
        );
    end loop;
    alter default privileges in schema telemetry
        grant select on tables to telemetry_reader, telemetry_ingest;
    for relation in
        select relname as name from pg_class
        where relnamespace = 'telemetry'::regnamespace and relkind in ('r', 'p')
          and not relispartition and pg_has_role(relowner, 'usage')
          and relname not in (
              'events', 'migrations', 'made', 'functions', 'views', 'countries', 'settings'
          )
    loop
        execute format('grant insert, update, delete on telemetry.%I to telemetry_ingest', relation.name);
    end loop;
    grant insert on telemetry.events to telemetry_ingest;
    -- including those that run with the owner's rights: functions/ revokes them from public
    for signature in
        select f.signature from telemetry.functions as f where to_regprocedure(f.signature) is not null
    loop
        execute format('grant execute on routine %1$s to telemetry_ingest', signature);
    end loop;
    begin
        execute format('grant temporary on database %I to telemetry_ingest', current_database());
    exception when insufficient_privilege then
        null; -- the database isn't ours: public has this right unless the owner revoked it
    end;
end $$
