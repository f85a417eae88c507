-- How the dashboard's explorer shows a property.

-- A property's value as it is shown, and as it is looked for: text, of which the first 200 characters
-- tell one value from another; a null that was sent is `null`. null where there is none.
create or replace function telemetry.property_text(value jsonb) returns text
language sql immutable as $$
    select case when value is not null then coalesce(left(value #>> array[]::text[], 200), 'null') end
$$;
