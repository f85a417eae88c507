-- At start, if a file of views/ changed: drop all materialized views, to make them anew.
do $$
declare
    dropped text;
begin
    for dropped in select name from telemetry.views loop
        execute format('drop materialized view if exists telemetry.%I cascade', dropped);
    end loop;
end $$
