-- The server's bookkeeping, and tables that don't depend on events.
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

-- What is re-created when its files change, and the version that did so last.
create table telemetry.made (
    name text primary key, -- functions, views or countries
    digest text not null, -- SHA-256 of the files, hexadecimal
    version integer[] not null -- of the program: its three numbers
);

-- Our functions, from functions/. Others in this schema are the operator's.
create table telemetry.functions (
    signature text primary key -- such as telemetry.day_bit(date)
);

-- Our materialized views, from views/.
create table telemetry.views (
    name text primary key
);

-- The settings that the rollups depend on.
create table telemetry.settings (
    only_row boolean primary key default true check (only_row),
    run_events text not null, -- the prefix of run events: RUN_EVENTS
    rebuilt_before date, -- later days still have rollups with another run_events; null: no day has
    first_kept date -- RETENTION_DAYS has deleted the rollups of earlier days; null: none
);

-- set by migrate
insert into telemetry.settings (run_events) values (current_setting('telemetry.run_events'));

-- ISO 3166 countries, filled from countries.csv. A reference table on a cluster.
create table telemetry.countries (
    code text primary key,
    name text not null,
    continent text not null check (continent in ('AF', 'AN', 'AS', 'EU', 'NA', 'OC', 'SA'))
);

-- How far each log file has been loaded.
create table telemetry.log_files (
    server uuid not null, -- the log folder's own id: several servers may share one database
    name text not null,
    position bigint not null, -- bytes loaded or set aside
    loaded bigint not null, -- lines
    rejected bigint not null, -- lines
    updated_at timestamptz not null default now(),
    settled_at timestamptz, -- completely loaded, by a commit that is on disk
    primary key (server, name)
);

-- Changes with every load, so that caches and views know when to refresh.
create table telemetry.freshness (
    only_row boolean primary key default true check (only_row),
    version bigint not null,
    loaded_at timestamptz -- null until the first load
) with (fillfactor = 10);

insert into telemetry.freshness (version) values (0);
