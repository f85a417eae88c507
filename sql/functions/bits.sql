-- The bit strings of visitor_years: a visitor's active days and hours of a year. Used by load/rollups,
-- /stats, the dashboard and functions/retention.

-- A day as one bit of its year; the first day is the leftmost bit.
create or replace function telemetry.day_bit(day date) returns bit
language sql immutable parallel safe as $$
    select 1::bit(366) << (366 - extract(doy from day)::integer)
$$;

-- The days of a year that lie in a window, in the same form.
create or replace function telemetry.day_bits(year integer, first date, last date) returns bit
language sql immutable parallel safe as $$
    select repeat(
        '1', least(last, make_date(year, 12, 31)) - greatest(first, make_date(year, 1, 1)) + 1
    )::bit(366) >> greatest(first - make_date(year, 1, 1), 0)
$$;

-- A day's hours (bit h: active in hour h) as hours of its month: 24 bits a month, the first month
-- leftmost.
create or replace function telemetry.hour_bits(day date, hours integer) returns bit
language sql immutable parallel safe as $$
    select hours::bit(24)::bit(288) >> (24 * (extract(month from day)::integer - 1))
$$;

-- The whole months of a window run from month_from(first) to month_to(last).
create or replace function telemetry.month_from(first date) returns date
language sql immutable parallel safe as $$
    select (date_trunc('month', (first - 1)::timestamp) + interval '1 month')::date
$$;

create or replace function telemetry.month_to(last date) returns date
language sql immutable parallel safe as $$
    select date_trunc('month', (last + 1)::timestamp)::date - 1
$$;

-- The months from that of first to that of last that lie in a year, in the same form.
create or replace function telemetry.month_bits(year integer, first date, last date) returns bit
language sql immutable parallel safe as $$
    select repeat(
        '1',
        24 * (
            extract(month from least(last, make_date(year, 12, 31)))
            - extract(month from greatest(first, make_date(year, 1, 1))) + 1
        )::integer
    )::bit(288) >> (24 * (extract(month from greatest(first, make_date(year, 1, 1)))::integer - 1))
$$;

-- Whether a window has fewer rows in the years than in the days. Both give the same result.
create or replace function telemetry.years_are_fewer(first date, last date) returns boolean
language sql stable as $$
    select coalesce(sum(visitors), 0) > (
        select greatest(reltuples, 0) from pg_class where oid = 'telemetry.visitor_years'::regclass
    )
    from telemetry.days
    where day between first and last
$$;
