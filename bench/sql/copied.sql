-- The limit of the database: the columns of events, with one index.
create table copied (like telemetry.events including defaults);
create index on copied (t)
