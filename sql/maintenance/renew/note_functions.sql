-- At startup, if a file in functions/ changed: record the functions that this transaction created or
-- replaced. All others in the schema are the operator's.
with ours as (
    select format('telemetry.%1$I(%2$s)', proname, oidvectortypes(proargtypes)) as signature
    from pg_proc
    where pronamespace = 'telemetry'::regnamespace and xmin = pg_current_xact_id()::xid
), gone as (
    delete from telemetry.functions where signature not in (select signature from ours)
)
insert into telemetry.functions (signature) select signature from ours
on conflict do nothing
