-- The dashboard's notebooks: the days from the first to the last visit of who was new in the window.
-- Whoever came in its last quiet_days may come again: ended is false, the end is not known yet.
with lives as (
    select
        v.first_day,
        max(m.month + 31 - position(b'1' in case
            when m.month = date_trunc('month', %(last)s::timestamp)
                then m.days::bit(31) & ((1::bigint << extract(day from %(last)s::date)::integer) - 1)::bit(31)
            else m.days::bit(31) end)) as last_day
    from telemetry.visitors as v join telemetry.visitor_months as m using (anon)
    where v.first_day between %(first)s and %(last)s
      and (%(countries)s::text[] is null or v.country = any (%(countries)s))
      and (%(systems)s::text[] is null or v.os = any (%(systems)s))
      and (%(versions)s::text[] is null or v.ext = any (%(versions)s))
      and (%(hosts)s::text[] is null or v.vscode = any (%(hosts)s))
      and m.month <= %(last)s
      and (m.month < date_trunc('month', %(last)s::timestamp)
        or m.days & ((1::bigint << extract(day from %(last)s::date)::integer) - 1) <> 0)
    group by v.anon
)
select
    last_day - first_day as days, last_day <= %(last)s::date - %(quiet_days)s as ended,
    count(*) as visitors
from lives
group by 1, 2
order by 1, 2
