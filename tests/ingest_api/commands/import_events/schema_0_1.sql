-- The events of version 0.1, and the record of its migrations: by pg_dump --no-owner --no-privileges
-- --inserts of a database made at commit ef6941c, without settings and comments.

create schema telemetry;


CREATE TABLE telemetry.events (
    t timestamp with time zone NOT NULL,
    id bigint NOT NULL,
    anon uuid NOT NULL,
    duration_ms integer,
    wait_ms_total integer,
    exit_code integer,
    scanner_usage boolean,
    truncated_output boolean,
    evt text NOT NULL,
    os text NOT NULL,
    ext text NOT NULL,
    vscode text NOT NULL,
    country text,
    region text,
    session_id text,
    out_bytes_bucket text,
    error_phase text,
    exception_hash text,
    m jsonb
)
PARTITION BY RANGE (t);

CREATE TABLE telemetry.events_odd (
    t timestamp with time zone CONSTRAINT events_t_not_null NOT NULL,
    id bigint CONSTRAINT events_id_not_null NOT NULL,
    anon uuid CONSTRAINT events_anon_not_null NOT NULL,
    duration_ms integer,
    wait_ms_total integer,
    exit_code integer,
    scanner_usage boolean,
    truncated_output boolean,
    evt text CONSTRAINT events_evt_not_null NOT NULL,
    os text CONSTRAINT events_os_not_null NOT NULL,
    ext text CONSTRAINT events_ext_not_null NOT NULL,
    vscode text CONSTRAINT events_vscode_not_null NOT NULL,
    country text,
    region text,
    session_id text,
    out_bytes_bucket text,
    error_phase text,
    exception_hash text,
    m jsonb
);

CREATE TABLE telemetry.migrations (
    name text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY telemetry.events ATTACH PARTITION telemetry.events_odd DEFAULT;

INSERT INTO telemetry.migrations VALUES ('migrations/0001_events', '2026-11-30 02:38:26.827761+00');
INSERT INTO telemetry.migrations VALUES ('migrations/0002_rollups', '2026-11-30 02:38:26.844738+00');
INSERT INTO telemetry.migrations VALUES ('migrations/0003_windows', '2026-11-30 02:38:26.897515+00');
INSERT INTO telemetry.migrations VALUES ('migrations/0004_visitors', '2026-11-30 02:38:26.90089+00');
INSERT INTO telemetry.migrations VALUES ('migrations/0010_day_version_durations', '2026-11-30 02:38:26.911282+00');
INSERT INTO telemetry.migrations VALUES ('migrations/0011_day_exceptions', '2026-11-30 02:38:26.916016+00');
INSERT INTO telemetry.migrations VALUES ('migrations/0012_run_windows', '2026-11-30 02:38:26.924311+00');
INSERT INTO telemetry.migrations VALUES ('migrations/0020_retention', '2026-11-30 02:38:26.934071+00');
INSERT INTO telemetry.migrations VALUES ('migrations/0021_properties', '2026-11-30 02:38:26.939198+00');
INSERT INTO telemetry.migrations VALUES ('migrations/0022_funnel', '2026-11-30 02:38:26.945492+00');
INSERT INTO telemetry.migrations VALUES ('migrations/0030_owner_functions', '2026-11-30 02:38:26.952191+00');
INSERT INTO telemetry.migrations VALUES ('migrations/0040_erasure', '2026-11-30 02:38:26.96111+00');
INSERT INTO telemetry.migrations VALUES ('migrations/0041_retention', '2026-11-30 02:38:26.965641+00');
INSERT INTO telemetry.migrations VALUES ('migrations/0050_partition_race', '2026-11-30 02:38:26.974773+00');
INSERT INTO telemetry.migrations VALUES ('migrations/0080_visitor_years', '2026-11-30 02:38:26.987272+00');
INSERT INTO telemetry.migrations VALUES ('migrations/0090_histograms', '2026-11-30 02:38:27.023902+00');
INSERT INTO telemetry.migrations VALUES ('migrations/0100_sessions', '2026-11-30 02:38:27.055921+00');
INSERT INTO telemetry.migrations VALUES ('migrations/0110_property_text', '2026-11-30 02:38:27.061787+00');
INSERT INTO telemetry.migrations VALUES ('migrations/0111_retention_bound', '2026-11-30 02:38:27.069486+00');

ALTER TABLE ONLY telemetry.events
    ADD CONSTRAINT events_pkey PRIMARY KEY (t, anon, id);

ALTER TABLE ONLY telemetry.events_odd
    ADD CONSTRAINT events_odd_pkey PRIMARY KEY (t, anon, id);

ALTER TABLE ONLY telemetry.migrations
    ADD CONSTRAINT migrations_pkey PRIMARY KEY (name);

ALTER INDEX telemetry.events_pkey ATTACH PARTITION telemetry.events_odd_pkey;

