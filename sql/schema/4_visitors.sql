-- Visitors by day and year. The loader updates these tables in the transaction that adds the events, so
-- distinct visitors of any window are exact. Days and hours are UTC; an unknown country is `Unknown`.
-- On a cluster, distributed by anon, like the events.
--
-- table          key                                  read by
-- visitor_days   day, anon, country, os, ext, vscode  /stats, dashboard under a filter, K_ANONYMITY
-- visitor_years  year, anon, country                  /stats, dashboard: long windows; retention
-- visitors       anon                                 dashboard (new visitors, retention)

-- A visitor's day with one set of attributes.
create table telemetry.visitor_days (
    day date not null,
    anon uuid not null,
    country text not null,
    os text not null,
    ext text not null,
    vscode text not null,
    hours integer not null, -- bit h: active in hour h
    events integer not null,
    started integer not null, -- runs
    completed integer not null,
    compile_errors integer not null,
    runtime_errors integer not null,
    primary key (day, anon, country, os, ext, vscode)
) with (fillfactor = 80);

-- The visitors of a year, with a bit for every day: one row shows whether a visitor was active in any
-- window of the year.
create table telemetry.visitor_years (
    year smallint not null,
    anon uuid not null,
    country text not null,
    days bit(366) not null, -- see day_bit in functions/bits
    hours bit(288) not null, -- see hour_bits in functions/bits
    primary key (year, anon, country)
) with (fillfactor = 80);

-- When each visitor was first seen, and with which attributes: the least of the first day's in "C"
-- order, so that the order in which events arrive doesn't matter.
create table telemetry.visitors (
    anon uuid primary key,
    first_day date not null,
    country text collate "C" not null,
    os text collate "C" not null,
    ext text collate "C" not null,
    vscode text collate "C" not null
);

create index visitors_first_day on telemetry.visitors (first_day);
