-- At start: let the login that created the roles act as them. A superuser can do so anyway.
do $$
begin
    set local role telemetry_ingest;
    reset role;
exception when insufficient_privilege then
    execute format('grant telemetry_ingest to %I', session_user);
end $$
