-- How many events of a month lie in the partition of odd dates, counted up to `most`: a look at the
-- index, whatever the planner thinks of the table's size.
create function telemetry.odd_events(month date, most bigint) returns bigint
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
    return (
        select count(*) from (
            select from telemetry.events_odd
            where t >= month::timestamp at time zone 'UTC'
              and t < (month + interval '1 month') at time zone 'UTC'
            limit most
        ) as odd
    );
end $$;
