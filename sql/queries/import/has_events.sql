-- Import: whether the database holds events already, hashed under some salt.
select exists (select from telemetry.events)
