-- At startup, if a file in views/ changed: drop our materialized views, to re-create them.
do $$
declare
    dropped text;
begin
    for dropped in select name from telemetry.views loop
        execute format('drop materialized view if exists telemetry.%I cascade', dropped);
    end loop;
end $$
