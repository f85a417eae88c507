-- The dashboard's overview: each day's visitors by application version. The versions with the best
-- single day have a name (by the sum, the newest would have to wait for one), the rest is one row a
-- day without a version. Shares are of the day's sum.
with ranked as (
    select
        ext,
        row_number() over (
            order by max(visitors) desc, sum(visitors) desc, max(day) desc, ext collate "C"
        ) as place
    from telemetry.daily_versions
    where day between %(first)s and %(last)s
    group by ext
)
select
    v.day, case when r.place <= %(named)s then v.ext end as version,
    sum(v.visitors)::bigint as visitors,
    (sum(v.visitors) / nullif(sum(sum(v.visitors)) over (partition by v.day), 0))::float8 as share
from telemetry.daily_versions as v join ranked as r using (ext)
where v.day between %(first)s and %(last)s
group by 1, 2
order by 1, 3 desc
