-- What the loader counts in the transaction that adds the events: sums by day, without visitor ids
-- except in day_top_runs. Days and hours are UTC; `verify` recomputes all of it from the events.
--
-- table                   key                                    read by
-- days                    day                                    /stats, dashboard, views
-- hours                   hour                                   /stats, dashboard (activity)
-- day_values              day, dimension, value                  /stats, dashboard, views
-- day_names               day, dimension, value                  loader, K_ANONYMITY
-- day_histograms          day                                    /stats, dashboard (durations)
-- day_version_histograms  day, ext                               dashboard (durations by version)
-- day_exceptions          day, exception_hash, phase, os, ext    dashboard (errors)
-- day_top_runs            day, kind, t, anon, id                 /stats (first runs)
--
-- Retention and forget find the rollups by their columns: a table with a column `day` or `hour` holds
-- rollups of days, one with a column `anon` holds rows of visitors. A new rollup needs no change there.
--
-- Two tables hold sums of others, for `/stats` over a year: day_histograms sums day_version_histograms
-- and takes a third of the time; dimension `exception` sums day_exceptions and takes half.

create table telemetry.days (
    day date primary key,
    events bigint not null,
    visitors bigint not null, -- distinct, of this day
    installs bigint not null,
    started bigint not null, -- runs
    completed bigint not null,
    compile_errors bigint not null,
    runtime_errors bigint not null,
    interactive bigint not null, -- of completed runs, as are the next four
    truncated bigint not null,
    durations bigint not null, -- how many reported their duration
    waits bigint not null, -- how many of those reported their wait
    wait_ms bigint not null -- the sum
) with (fillfactor = 50);

create table telemetry.hours (
    hour timestamptz primary key,
    events bigint not null
) with (fillfactor = 50);

-- Events by the values of one dimension. A name refused on that day counts as `(other)`; an exit code
-- or output size that was not reported is `-`.
create table telemetry.day_values (
    day date not null,
    dimension text not null check (dimension in (
        'country', 'os', 'ext', 'vscode', 'evt', 'region', 'exit', 'output', 'exception', 'duration'
    )),
    value text not null,
    events bigint not null,
    visitors bigint, -- distinct, of this day; null: not counted for this dimension
    primary key (day, dimension, value),
    check ((visitors is not null) = (dimension in ('country', 'os', 'ext', 'vscode')))
) with (fillfactor = 70);

-- The client-chosen names that the rollups took, by day: at most MAX_VALUES per dimension, first come,
-- first served. The name `(other)` closes a day's list: another name was refused, and from then on
-- names that are not in the list count as `(other)`, also when the day's rollups are recomputed. Exit
-- code 0 and `-` (none) are not listed.
create table telemetry.day_names (
    day date not null,
    dimension text not null
        check (dimension in ('evt', 'os', 'ext', 'vscode', 'exception', 'exit', 'output')),
    value text not null,
    primary key (day, dimension, value)
);

create index day_names_closed on telemetry.day_names (day, dimension) where value = '(other)';

-- Durations of completed runs in logarithmic buckets: bucket b holds (1.02^(b-1), 1.02^b] ms, and -1
-- holds 0, so a percentile is off by at most 1 % (DDSketch, Masson et al., VLDB 2019). One row with two
-- arrays takes a tenth of the bytes of one row per bucket.
create table telemetry.day_histograms (
    day date primary key,
    buckets smallint[] not null, -- those with runs, in order
    runs bigint[] not null -- in each of them
) with (fillfactor = 50);

create table telemetry.day_version_histograms (
    day date not null,
    ext text not null,
    buckets smallint[] not null,
    runs bigint[] not null,
    primary key (day, ext)
) with (fillfactor = 50);

-- The same, one row per bucket.
create view telemetry.day_durations as
select h.day, b.bucket, b.runs
from telemetry.day_histograms as h, unnest(h.buckets, h.runs) as b (bucket, runs);

create view telemetry.day_version_durations as
select h.day, h.ext, b.bucket, b.runs
from telemetry.day_version_histograms as h, unnest(h.buckets, h.runs) as b (bucket, runs);

-- Errors by exception, phase, system and version.
create table telemetry.day_exceptions (
    day date not null,
    exception_hash text not null,
    phase text not null check (phase in ('compile', 'runtime')), -- runtime: any phase but compile
    os text not null,
    ext text not null,
    errors bigint not null,
    primary key (day, exception_hash, phase, os, ext)
) with (fillfactor = 70);

-- The runs that can be among the first twenty of any window: each day's first twenty. See
-- load/rollups/1_day_top_runs for the order.
create table telemetry.day_top_runs (
    day date not null,
    kind text not null -- exit code 0, exit code 130, none
        check (kind in ('success', 'frustrated', 'unreported')),
    t timestamptz not null,
    anon uuid not null,
    id bigint not null,
    duration_ms integer,
    interactive boolean not null,
    out_bytes_bucket text,
    primary key (day, kind, t, anon, id)
);
