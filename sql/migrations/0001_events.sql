-- Raw events, month by month, and how far each log file has been loaded.

create table telemetry.events (
    t timestamptz not null,
    id bigint not null, -- with (t, anon) it makes a repeated delivery recognisable
    anon uuid not null,
    duration_ms integer,
    wait_ms_total integer,
    exit_code integer,
    scanner_usage boolean,
    truncated_output boolean,
    evt text not null,
    os text not null,
    ext text not null,
    vscode text not null,
    country text,
    region text,
    session_id text,
    out_bytes_bucket text,
    error_phase text,
    exception_hash text,
    m jsonb,
    primary key (t, anon, id)
) partition by range (t);

-- Dates that nobody would make a partition for. Rows of a month that gets one later move there.
create table telemetry.events_odd partition of telemetry.events default;

create function telemetry.ensure_partition(month date) returns void
language plpgsql as $$
declare
    partition_name text := 'events_' || to_char(month, 'YYYY_MM');
    lower_bound timestamptz := month::timestamp at time zone 'UTC';
    upper_bound timestamptz := (month + interval '1 month') at time zone 'UTC';
begin
    -- two loaders may need the same one at once
    perform pg_advisory_xact_lock(73052029);
    if to_regclass(format('telemetry.%I', partition_name)) is not null then
        return;
    end if;
    execute format('create table telemetry.%I (like telemetry.events including all)', partition_name);
    execute format(
        'with moved as (delete from telemetry.events_odd where t >= %L and t < %L returning *)
         insert into telemetry.%I select * from moved', lower_bound, upper_bound, partition_name);
    execute format(
        'alter table telemetry.events attach partition telemetry.%I for values from (%L) to (%L)',
        partition_name, lower_bound, upper_bound);
end $$;

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

-- One row: changes with every load, so that caches and views know when to look again.
create table telemetry.freshness (
    only_row boolean primary key default true check (only_row),
    version bigint not null,
    loaded_at timestamptz -- null until the first load
) with (fillfactor = 10);

insert into telemetry.freshness (version) values (0);
