-- The bits of visitor_years: a visitor's days and hours of a year. Read by load/rollups, /stats, the
-- dashboard and functions/retention.

-- A day as one bit of its year, the first day's being the leftmost.
create or replace function telemetry.day_bit(day date) returns bit
language sql immutable parallel safe as $$
    select 1::bit(366) << (366 - extract(doy from day)::integer)
$$;

-- The days of a year that lie in a window, as such bits.
create or replace function telemetry.day_bits(year integer, first date, last date) returns bit
language sql immutable parallel safe as $$
    select repeat(
        '1', least(last, make_date(year, 12, 31)) - greatest(first, make_date(year, 1, 1)) + 1
    )::bit(366) >> greatest(first - make_date(year, 1, 1), 0)
$$;

-- The hours of a day (bit h: active in hour h) as hours of its month: 24 bits a month, the first
-- month's being the leftmost.
create or replace function telemetry.hour_bits(day date, hours integer) returns bit
language sql immutable parallel safe as $$
    select hours::bit(24)::bit(288) >> (24 * (extract(month from day)::integer - 1))
$$;

-- The whole months of a window are those from month_from(first) to month_to(last).
create or replace function telemetry.month_from(first date) returns date
language sql immutable parallel safe as $$
    select (date_trunc('month', (first - 1)::timestamp) + interval '1 month')::date
$$;

create or replace function telemetry.month_to(last date) returns date
language sql immutable parallel safe as $$
    select date_trunc('month', (last + 1)::timestamp)::date - 1
$$;

-- The months from the one of first to the one of last, so far as they lie in a year, as such bits.
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

-- Whether the years have fewer rows than the days of a window. What is read of either is the same.
create or replace function telemetry.years_are_fewer(first date, last date) returns boolean
language sql stable as $$
    select coalesce(sum(visitors), 0) > (
        select greatest(reltuples, 0) from pg_class where oid = 'telemetry.visitor_years'::regclass
    )
    from telemetry.days
    where day between first and last
$$;
