-- At start, if a file of functions/ changed: drop all functions, to make them anew. Aggregates go first,
-- since they depend on functions.
do $$
declare
    dropped text;
begin
    for dropped in
        select oid::regprocedure from pg_proc
        where pronamespace = 'telemetry'::regnamespace
        order by prokind <> 'a'
    loop
        execute format('drop routine %1$s', dropped);
    end loop;
end $$
