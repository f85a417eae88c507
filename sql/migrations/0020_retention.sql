-- Who was new from first_week, a Monday, to last, as what, and in which weeks they came: bit k of
-- weeks is the k-th week after that of the first visit. At most 57 weeks fit. The filters are about
-- the first visit; of one event's name, weeks without that event do not count. Inlined into the query
-- that calls it, so that without an event no events are read.
create function telemetry.newcomers_between(
    first_week date, last date,
    countries text[], systems text[], versions text[], hosts text[], event text
) returns table (
    anon uuid, cohort date, country text, os text, ext text, vscode text, weeks bigint
)
language sql stable as $$
    select
        v.anon, v.first_day - (extract(isodow from v.first_day)::integer - 1),
        v.country, v.os, v.ext, v.vscode,
        -- a month begins in a week up to five before first_week
        coalesce(
            bit_or(came.mask << (came.week - first_week + 35) / 7)
                >> (v.first_day - (extract(isodow from v.first_day)::integer - 1) - first_week + 35) / 7,
            0
        )
    from telemetry.visitors as v
    left join (
        -- the month's days, moved so that each week has seven bits, to one bit a week
        select
            days.anon, days.monday as week,
            (days.bits & 127 <> 0)::integer::bigint
                | ((days.bits & (127::bigint << 7) <> 0)::integer << 1)
                | ((days.bits & (127::bigint << 14) <> 0)::integer << 2)
                | ((days.bits & (127::bigint << 21) <> 0)::integer << 3)
                | ((days.bits & (127::bigint << 28) <> 0)::integer << 4)
                | ((days.bits & (127::bigint << 35) <> 0)::integer << 5) as mask
        from (
            select
                m.anon, m.month - (extract(isodow from m.month)::integer - 1) as monday,
                (case when m.month = date_trunc('month', last::timestamp)
                    then m.days::bigint & (1::bigint << extract(day from last)::integer) - 1
                    else m.days::bigint end) << extract(isodow from m.month)::integer - 1 as bits
            from telemetry.visitor_months as m
            where event is null
              and m.month >= date_trunc('month', first_week::timestamp)::date and m.month <= last
        ) as days
        union all
        select e.anon, date_trunc('week', e.t at time zone 'UTC')::date, 1
        from telemetry.events as e
        where e.evt = event
          and e.t >= first_week::timestamp at time zone 'UTC'
          and e.t < (last + 1)::timestamp at time zone 'UTC'
    ) as came on came.anon = v.anon
    where v.first_day between first_week and last
      and (countries is null or v.country = any (countries))
      and (systems is null or v.os = any (systems))
      and (versions is null or v.ext = any (versions))
      and (hosts is null or v.vscode = any (hosts))
    group by v.anon
$$;
