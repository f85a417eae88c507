-- The obvious way: one table with an index for every query.
create table events (
    event_id bigserial primary key,
    t timestamptz not null,
    anon uuid not null,
    evt text not null,
    os text not null,
    ext text not null,
    vscode text not null,
    country text,
    session_id uuid,
    duration_ms integer,
    wait_ms_total integer,
    exit_code integer,
    scanner_usage boolean,
    truncated_output boolean,
    out_bytes_bucket text,
    error_phase text,
    exception_hash text,
    m jsonb
)
