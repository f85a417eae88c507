-- The names that clients chose and the rollups took, by day: MAX_VALUES of each dimension at most
-- (evt, os, ext, vscode, exception, exit, output), first come. The name `(other)` closes a day's
-- list: another name was refused, and what is not in the list counts as `(other)` from then on, also
-- when the day's rollups are computed anew. Exit code 0 and `-`, for none, need no place.
create table telemetry.day_names (
    day date not null,
    dimension text not null,
    value text not null,
    primary key (day, dimension, value)
);

create index day_names_closed on telemetry.day_names (day, dimension) where value = '(other)';

insert into telemetry.day_names (day, dimension, value)
select day, dimension, value
from telemetry.day_values
where dimension in ('evt', 'os', 'ext', 'vscode', 'exception', 'exit', 'output')
  and value <> '(other)'
  and (dimension, value) not in (('exit', '0'), ('exit', '-'), ('output', '-'));

-- Delete what the rollups say of a day, but not which names they took: a name that was refused on that
-- day stays so.
create or replace function telemetry.clear_day(cleared date) returns void
language plpgsql as $$
declare
    rollup name;
begin
    for rollup in select t from telemetry.tables_with('day') as t where t <> 'day_names' loop
        execute format('delete from telemetry.%I where day = $1', rollup) using cleared;
    end loop;
    for rollup in select telemetry.tables_with('hour') loop
        execute format('delete from telemetry.%I where hour >= $1 and hour < $2', rollup)
            using cleared::timestamp at time zone 'UTC', (cleared + 1)::timestamp at time zone 'UTC';
    end loop;
end $$;
