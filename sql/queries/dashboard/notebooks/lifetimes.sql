-- The dashboard's notebooks: for visitors first seen in the window, the days from first to last visit,
-- as known quiet_days before its end: the time since then shows who came back. For those who did, the
-- end is not known yet: ended is false, and they are followed up to that day. Visitors first seen after
-- it could not have ended, and are left out.
with years as (
    select
        anon,
        -- the position of the last set bit
        make_date(year, 1, 1) - 1 + length(rtrim(
            (days & telemetry.day_bits(year, %(first)s, %(last)s))::text, '0'
        )) as last_day
    from telemetry.visitor_years
    where year between extract(year from %(first)s::date) and extract(year from %(last)s::date)
      and days & telemetry.day_bits(year, %(first)s, %(last)s) <> 0::bit(366)
),
lives as (
    select v.first_day, max(y.last_day) as last_day
    from telemetry.visitors as v join years as y using (anon)
    where v.first_day between %(first)s and %(last)s::date - %(quiet_days)s
      and (%(countries)s::text[] is null or v.country = any (%(countries)s))
      and (%(systems)s::text[] is null or v.os = any (%(systems)s))
      and (%(versions)s::text[] is null or v.ext = any (%(versions)s))
      and (%(hosts)s::text[] is null or v.vscode = any (%(hosts)s))
    group by v.anon
)
select
    least(last_day, %(last)s::date - %(quiet_days)s) - first_day as days,
    last_day <= %(last)s::date - %(quiet_days)s as ended,
    count(*) as visitors
from lives
group by 1, 2
order by 1, 2
