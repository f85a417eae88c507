-- The dashboard's overview: each day's visitors by application version, under a filter. The versions
-- with the best single day have a name, the rest is one row a day without a version.
with seen as (
    select day, ext, count(distinct anon) as visitors
    from telemetry.visits_between(
        %(first)s, %(last)s,
        %(countries)s, %(systems)s, %(versions)s, %(hosts)s, %(event)s, %(run_events)s
    )
    group by day, ext
),
ranked as (
    select
        ext,
        row_number() over (
            order by max(visitors) desc, sum(visitors) desc, max(day) desc, ext collate "C"
        ) as place
    from seen
    group by ext
)
select
    s.day, case when r.place <= %(named)s then s.ext end as version,
    sum(s.visitors)::bigint as visitors,
    (sum(s.visitors) / nullif(sum(sum(s.visitors)) over (partition by s.day), 0))::float8 as share
from seen as s join ranked as r using (ext)
group by 1, 2
order by 1, 3 desc
