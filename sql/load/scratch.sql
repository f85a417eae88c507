-- Once a connection: where a load's new events, and what is known of them, are kept until it commits.
-- All of a load fits into its memory: what spills is written and read again.
set temp_buffers = '32MB';
set work_mem = '32MB';

create temp table if not exists fresh (
    -- first what is asked for most: a row is read from its start
    day date,
    hour smallint,
    what text, -- started, completed, error: the run events, by whatever name they go; installed
    bucket smallint, -- of the duration of a completed run, see migration 0002
    like telemetry.events
) on commit delete rows;

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
