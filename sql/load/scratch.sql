-- Once a connection: where a load's new events, and what is known of them, are kept until it commits.
-- All of a load fits into its memory: what spills is written and read again.
set temp_buffers = '32MB';
set work_mem = '32MB';

-- The events with what rollups ask of them, which comes first: a row is read from its start.
create temp table if not exists fresh_facts (
    day date,
    hour smallint,
    what text, -- see functions/runs
    bucket smallint -- of the duration of a completed run, see schema/3_rollups
);

-- Of this one and its heirs `*` is what telemetry.events has.
create temp table if not exists fresh_events (like telemetry.events);

create temp table if not exists fresh () inherits (fresh_facts, fresh_events) on commit delete rows;

-- The form of log lines; it holds none.
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
