-- The visitors of a year, in place of those of its months: a row for each visitor and country, with a
-- bit for every day. Who was there in any window of a year is told from one row in place of twelve.

-- A day as one bit of its year, the first day's being the leftmost.
create function telemetry.day_bit(day date) returns bit
language sql immutable parallel safe as $$
    select 1::bit(366) << (366 - extract(doy from day)::integer)
$$;

-- The days of a year that lie in a window, as such bits.
create function telemetry.day_bits(year integer, first date, last date) returns bit
language sql immutable parallel safe as $$
    select repeat(
        '1', least(last, make_date(year, 12, 31)) - greatest(first, make_date(year, 1, 1)) + 1
    )::bit(366) >> greatest(first - make_date(year, 1, 1), 0)
$$;

-- The hours of a day (bit h: active in hour h) as hours of its month: 24 bits a month, the first
-- month's being the leftmost.
create function telemetry.hour_bits(day date, hours integer) returns bit
language sql immutable parallel safe as $$
    select hours::bit(24)::bit(288) >> (24 * (extract(month from day)::integer - 1))
$$;

-- The whole months of a window are those from month_from(first) to month_to(last).
create function telemetry.month_from(first date) returns date
language sql immutable parallel safe as $$
    select (date_trunc('month', (first - 1)::timestamp) + interval '1 month')::date
$$;

create function telemetry.month_to(last date) returns date
language sql immutable parallel safe as $$
    select date_trunc('month', (last + 1)::timestamp)::date - 1
$$;

-- The months from the one of first to the one of last, so far as they lie in a year, as such bits.
create function telemetry.month_bits(year integer, first date, last date) returns bit
language sql immutable parallel safe as $$
    select repeat(
        '1',
        24 * (
            extract(month from least(last, make_date(year, 12, 31)))
            - extract(month from greatest(first, make_date(year, 1, 1))) + 1
        )::integer
    )::bit(288) >> (24 * (extract(month from greatest(first, make_date(year, 1, 1)))::integer - 1))
$$;

create table telemetry.visitor_years (
    year smallint not null,
    anon uuid not null,
    country text not null,
    days bit(366) not null, -- see day_bit
    hours bit(288) not null, -- see hour_bits
    primary key (year, anon, country)
) with (fillfactor = 80);

insert into telemetry.visitor_years (year, anon, country, days, hours)
select
    extract(year from day), anon, country,
    bit_or(telemetry.day_bit(day)), bit_or(telemetry.hour_bits(day, hours))
from telemetry.visitor_days
group by 1, 2, 3;

-- Whether the years have fewer rows than the days of a window. What is read of either is the same.
create function telemetry.years_are_fewer(first date, last date) returns boolean
language sql stable as $$
    select coalesce(sum(visitors), 0) > (
        select greatest(reltuples, 0) from pg_class where oid = 'telemetry.visitor_years'::regclass
    )
    from telemetry.days
    where day between first and last
$$;

-- Who was there in a window: some rows for each visitor and country.
create or replace function telemetry.visitors_between(first date, last date)
returns table (anon uuid, country text)
language sql stable as $$
    with years as materialized (
        select year, telemetry.day_bits(year, first, last) as days
        from generate_series(extract(year from first)::integer, extract(year from last)::integer) as year
    )
    select v.anon, v.country
    from telemetry.visitor_years as v join years using (year)
    where (select telemetry.years_are_fewer(first, last)) and v.days & years.days <> 0::bit(366)
    union all
    select v.anon, v.country
    from telemetry.visitor_days as v
    where not (select telemetry.years_are_fewer(first, last)) and v.day between first and last
$$;

-- Who was new from first_week, a Monday, to last, as what, and in which weeks they came: the k-th week
-- after that of the first visit is bit 7 * k of weeks; 57 weeks fit. The filters are about the first
-- visit; of one event's name, weeks without that event do not count. Inlined into the query that
-- calls it, so that without an event no events are read.
drop function telemetry.newcomers_between(date, date, text[], text[], text[], text[], text);
create function telemetry.newcomers_between(
    first_week date, last date,
    countries text[], systems text[], versions text[], hosts text[], event text
) returns table (
    anon uuid, cohort date, country text, os text, ext text, vscode text, weeks bit
)
language sql stable as $$
    select
        new.anon, new.cohort, new.country, new.os, new.ext, new.vscode,
        -- to each day the six after it: the first day of a week then stands for it
        coalesce(
            (new.three | (new.three << 3) | (new.days << 6)) << (new.cohort - first_week), 0::bit(399)
        )
    from (
        select
            v.anon, v.first_day - (extract(isodow from v.first_day)::integer - 1) as cohort,
            v.country, v.os, v.ext, v.vscode, came.days,
            came.days | (came.days << 1) | (came.days << 2) as three
        from telemetry.visitors as v
        left join (
            select days.anon, bit_or(days.days) as days
            from (
                select
                    y.anon,
                    (y.days & telemetry.day_bits(y.year, first_week, last))::bit(399)
                        >> (make_date(y.year, 1, 1) - first_week) as days
                from telemetry.visitor_years as y
                where event is null
                  and y.year between extract(year from first_week) and extract(year from last)
                union all
                select
                    e.anon,
                    1::bit(399) << (398 - ((e.t at time zone 'UTC')::date - first_week))
                from telemetry.events as e
                where e.evt = event
                  and e.t >= first_week::timestamp at time zone 'UTC'
                  and e.t < (last + 1)::timestamp at time zone 'UTC'
            ) as days
            group by days.anon
        ) as came on came.anon = v.anon
        where v.first_day between first_week and last
          and (countries is null or v.country = any (countries))
          and (systems is null or v.os = any (systems))
          and (versions is null or v.ext = any (versions))
          and (hosts is null or v.vscode = any (hosts))
    ) as new
$$;

-- Delete what the rollups say of the days before one. What a year's row says of them is taken out of
-- it; who was not seen since is no visitor any more.
create or replace function telemetry.clear_rollups_before(first_kept date) returns void
language plpgsql as $$
declare
    rollup name;
    kept_year integer := extract(year from first_kept);
    kept_days bit(366) := telemetry.day_bits(kept_year, first_kept, make_date(kept_year, 12, 31));
    next_month date := telemetry.month_from(first_kept + 1);
    later_hours bit(288) := case when next_month <= make_date(kept_year, 12, 1)
        then telemetry.month_bits(kept_year, next_month, make_date(kept_year, 12, 31))
        else 0::bit(288) end;
begin
    for rollup in select telemetry.tables_with('day') loop
        execute format('delete from telemetry.%I where day < $1', rollup) using first_kept;
    end loop;
    for rollup in select telemetry.tables_with('hour') loop
        execute format('delete from telemetry.%I where hour < $1', rollup)
            using first_kept::timestamp at time zone 'UTC';
    end loop;
    delete from telemetry.visitor_years
    where year < kept_year or year = kept_year and days & kept_days = 0::bit(366);
    update telemetry.visitor_years as y
    set days = y.days & kept_days,
        hours = y.hours & later_hours | coalesce((
            select bit_or(telemetry.hour_bits(v.day, v.hours)) from telemetry.visitor_days as v
            where v.anon = y.anon and v.country = y.country
              and v.day >= first_kept and v.day < next_month
        ), 0::bit(288))
    where y.year = kept_year and y.days & ~kept_days <> 0::bit(366);
    delete from telemetry.visitors as v
    where not exists (select from telemetry.visitor_years as y where y.anon = v.anon);
    update telemetry.freshness set version = version + 1;
end $$;

drop table telemetry.visitor_months;
