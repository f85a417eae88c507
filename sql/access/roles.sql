-- At start: create the roles that the parts of the product work as. They are logins without a password;
-- set one to log in as that role. Fails if the connecting role may not create roles, or if another
-- database of the cluster creates them at the same moment.
do $$
begin
    if to_regrole('telemetry_reader') is null then
        create role telemetry_reader login;
    end if;
    if to_regrole('telemetry_ingest') is null then
        create role telemetry_ingest login;
    end if;
    -- so that a login that may act as the first may act as the second too
    if not pg_has_role('telemetry_ingest', 'telemetry_reader', 'member') then
        grant telemetry_reader to telemetry_ingest;
    end if;
end $$
