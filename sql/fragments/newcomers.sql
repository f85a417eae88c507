-- Visitors first seen from first_week (a Monday) to last, their attributes at the first visit, and the
-- weeks in which they visited: the k-th week after the week of the first visit is bit 7 * k of `weeks`,
-- which holds 57 weeks. The filter applies to the first visit. With an event name, only weeks with that
-- event count; without one, no events are read.
select
    new.anon, new.cohort, new.country, new.os, new.ext, new.vscode,
    -- add the six days after each day: the first day of a week then stands for the week
    coalesce(
        (new.three | (new.three << 3) | (new.days << 6)) << (new.cohort - %(first_week)s::date),
        0::bit(399)
    ) as weeks
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
                (y.days & telemetry.day_bits(y.year, %(first_week)s::date, %(last)s::date))::bit(399)
                    >> (make_date(y.year, 1, 1) - %(first_week)s::date) as days
            from telemetry.visitor_years as y
            where %(event)s::text is null
              and y.year between extract(year from %(first_week)s::date) and extract(year from %(last)s::date)
            union all
            select
                e.anon,
                1::bit(399) << (398 - ((e.t at time zone 'UTC')::date - %(first_week)s::date))
            from telemetry.events as e
            where e.evt = %(event)s::text
              and e.t >= %(first_week)s::date::timestamp at time zone 'UTC'
              and e.t < (%(last)s::date + 1)::timestamp at time zone 'UTC'
        ) as days
        group by days.anon
    ) as came on came.anon = v.anon
    where v.first_day between %(first_week)s::date and %(last)s::date
      and (%(countries)s::text[] is null or v.country = any (%(countries)s::text[]))
      and (%(systems)s::text[] is null or v.os = any (%(systems)s::text[]))
      and (%(versions)s::text[] is null or v.ext = any (%(versions)s::text[]))
      and (%(hosts)s::text[] is null or v.vscode = any (%(hosts)s::text[]))
) as new
