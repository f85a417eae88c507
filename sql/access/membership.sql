-- At start: let the login that made the roles work as them. A superuser may do so without.
do $$
begin
    set local role telemetry_ingest;
    reset role;
exception when insufficient_privilege then
    execute format('grant telemetry_ingest to %I', session_user);
end $$
