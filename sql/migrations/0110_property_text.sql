-- A property's value as it is shown, and as it is looked for: text, of which the first 200 characters
-- tell one value from another; a null that was sent is `null`. null where there is none.
create function telemetry.property_text(value jsonb) returns text
language sql immutable as $$
    select case when value is not null then coalesce(left(value #>> array[]::text[], 200), 'null') end
$$;

create or replace function telemetry.explored(
    first date, last date,
    countries text[], systems text[], versions text[], hosts text[], event text,
    path text[], only_path text[], only_value text, most integer
) returns table (t timestamptz, day date, anon uuid, value jsonb)
language sql stable as $$
    select e.t, (e.t at time zone 'UTC')::date, e.anon, telemetry.property(e, path)
    from telemetry.events_between(first, last, countries, systems, versions, hosts, event) as e
    where only_path is null or telemetry.property_text(telemetry.property(e, only_path)) = only_value
    order by e.t desc
    limit most
$$;
