-- At start: the roles that the parts of the product work as. They are logins without a password:
-- whoever wants to log in as one gives it one. Fails where the connecting role may not make roles,
-- or where another database of the cluster makes them at the same moment.
do $$
begin
    if to_regrole('telemetry_reader') is null then
        create role telemetry_reader login;
    end if;
    if to_regrole('telemetry_ingest') is null then
        create role telemetry_ingest login;
    end if;
    -- so that one login that may work as the first may work as the second too
    if not pg_has_role('telemetry_ingest', 'telemetry_reader', 'member') then
        grant telemetry_reader to telemetry_ingest;
    end if;
end $$
