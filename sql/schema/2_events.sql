-- Raw events, partitioned by month. The columns are those of LogLine in ingest_api/events/contract.py,
-- where each is described; times are UTC, durations in ms, null is "not reported".
--
-- table       key          written by     read by
-- events      t, anon, id  loader         dashboard (filters that no rollup answers, explorer, live),
--                                         /debug, K_ANONYMITY, verify, rebuild; forget deletes
-- events_odd  its default partition, for dates without a monthly one: if a month gets its partition
--             later, its rows move there (functions/partitions)
--
-- On a cluster, distributed by anon, so every unique key contains it.

create table telemetry.events (
    t timestamptz not null,
    id bigint not null, -- with (t, anon) it identifies a repeated delivery
    anon uuid not null, -- the visitor: a keyed hash
    duration_ms integer,
    wait_ms_total integer,
    exit_code integer,
    scanner_usage boolean,
    truncated_output boolean,
    evt text not null,
    os text not null,
    ext text not null,
    vscode text not null,
    country text, -- ISO 3166, two letters
    region text, -- ISO 3166-2, without the country
    session_id uuid, -- a keyed hash
    out_bytes_bucket text,
    error_phase text,
    exception_hash text,
    m jsonb, -- the rest of what the client sent
    primary key (t, anon, id)
) partition by range (t);

create table telemetry.events_odd partition of telemetry.events default;
