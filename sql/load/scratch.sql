-- Once per connection: temporary tables for a load's new events, and for what is known about them,
-- until it commits. The memory below fits a whole load: what spills is written and read again.
set temp_buffers = '32MB';
set work_mem = '32MB';

-- What rollups need from the events. These columns come first: rows are read from the start.
create temp table if not exists fresh_facts (
    day date,
    hour smallint,
    what text, -- see functions/runs
    bucket smallint -- of the duration of a completed run, see schema/3_rollups
);

-- In this table and those that inherit from it, `*` is the columns of telemetry.events.
create temp table if not exists fresh_events (like telemetry.events);

create temp table if not exists fresh () inherits (fresh_facts, fresh_events) on commit delete rows;

-- The row type of log lines; the table stays empty.
create temp table if not exists fresh_lines (like telemetry.events);
alter table fresh_lines alter column t type bigint using null; -- ms since 1970

create temp table if not exists fresh_stored (
    t timestamptz,
    anon uuid,
    id bigint
) on commit delete rows;

create temp table if not exists fresh_counts (
    day date,
    hour smallint,
    what text,
    evt text,
    country text,
    region text,
    events bigint
) on commit delete rows;

create temp table if not exists fresh_visitors (
    like telemetry.visitor_days
) on commit delete rows;

create temp table if not exists fresh_known (
    day date,
    anon uuid,
    country text,
    os text,
    ext text,
    vscode text
) on commit delete rows;

create temp table if not exists fresh_values (
    day date,
    dimension text,
    value text,
    events bigint
) on commit delete rows;

create temp table if not exists fresh_refused (
    like telemetry.day_names
) on commit delete rows;
