-- At startup, if a file in functions/ changed: drop our functions, except those that this transaction made.
-- Aggregates go first, since they depend on functions. A function that an operator's view uses is renamed
-- instead, so that the view keeps working.
do $$
declare
    old record;
begin
    for old in
        select p.oid, p.proname, p.oid::regprocedure as signature
        from telemetry.functions as f join pg_proc as p on p.oid = to_regprocedure(f.signature)
        where p.xmin <> pg_current_xact_id()::xid
        order by p.prokind <> 'a'
    loop
        begin
            execute format('drop routine %1$s', old.signature);
        exception when dependent_objects_still_exist then
            execute format(
                'alter routine %1$s rename to %2$I', old.signature, old.proname || '_' || old.oid
            );
        end;
    end loop;
end $$
