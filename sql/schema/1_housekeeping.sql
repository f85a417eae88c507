-- What the server knows of the database itself, and what does not depend on any event.
--
-- table       key             written by          read by
-- migrations  name            migrate             migrate
-- made        name            renewal             renewal
-- functions   signature       renewal             renewal
-- views       name            renewal             renewal, view refresh
-- settings    one row         migrate, rebuild,   everyone who makes or checks rollups
--                             retention
-- countries   code            renewal             /stats, dashboard (continents, names), views
-- log_files   server, name    loader              loader, housekeeping, forget
-- freshness   one row         loader              view refresh, dashboard, /dbhealth

create schema if not exists telemetry;

create table telemetry.migrations (
    name text primary key, -- of a file that was applied, such as schema/1_housekeeping
    applied_at timestamptz not null default now()
);

-- What is made anew when its files change, and who made it last.
create table telemetry.made (
    name text primary key, -- functions, views or countries
    digest text not null, -- SHA-256 of the files, hexadecimal
    version integer[] not null -- of the program: its three numbers
);

-- The functions that were made from functions/. Others in this schema are the operator's.
create table telemetry.functions (
    signature text primary key -- such as telemetry.day_bit(date)
);

-- The materialized views that were made from views/.
create table telemetry.views (
    name text primary key
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

-- ISO 3166 countries, filled from countries.csv. A reference table on a cluster.
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
