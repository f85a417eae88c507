-- Import: whether the database already holds events, which were hashed with some salt.
select exists (select from telemetry.events)
