-- The dashboard's activity: distinct visitors of the window by hour of the day, the UTC hours moved by
-- some hours into another zone.
with visitors as (
    select bit_or(hours) as hours
    from telemetry.visits_between(
        %(first)s, %(last)s,
        %(countries)s, %(systems)s, %(versions)s, %(hosts)s, %(event)s, %(run_events)s
    )
    group by anon
)
select
    (h.hour + %(shift)s + 24) %% 24 as hour,
    count(v.hours) filter (where v.hours & (1 << h.hour) <> 0) as visitors
from generate_series(0, 23) as h (hour) left join visitors as v on true
group by h.hour
order by 1
