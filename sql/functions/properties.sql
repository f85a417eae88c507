-- How the dashboard's explorer shows a property.

-- A property's value as displayed and searched for: text, identified by its first 200 characters. A
-- null that was sent is `null`; a missing property is null.
create or replace function telemetry.property_text(value jsonb) returns text
language sql immutable as $$
    select case when value is not null then coalesce(left(value #>> array[]::text[], 200), 'null') end
$$;
