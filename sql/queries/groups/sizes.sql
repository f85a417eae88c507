-- GET /stats with K_ANONYMITY: how many distinct visitors stand behind each value, in the window
-- (part is empty), in one continent (countries) or on one day (systems and exit codes); and, without
-- a value, behind all those together that have fewer than `k`.
with visits as materialized (
    select distinct v.day, v.anon, v.country, coalesce(c.continent, 'Unknown') as continent,
        v.os, v.ext, v.vscode
    from telemetry.visitor_days as v left join telemetry.countries as c on c.code = v.country
    where v.day between %(first)s and %(last)s
),
happened as materialized (
    select distinct
        (t at time zone 'UTC')::date as day, anon, evt,
        case when evt = %(run_events)s || '.completed' then coalesce(exit_code, 0)::text end as exit,
        case when evt = %(run_events)s || '.completed' then coalesce(out_bytes_bucket, '-') end
            as output,
        case when evt = %(run_events)s || '.error' then exception_hash end as exception
    from telemetry.events
    where t >= %(first)s::timestamp at time zone 'UTC'
      and t < (%(last)s::date + 1)::timestamp at time zone 'UTC'
),
seen as (
    select distinct d.dimension, d.part, d.value, v.anon
    from visits as v cross join lateral (values
        ('os', '', v.os), ('os', v.day::text, v.os), ('ext', '', v.ext), ('vscode', '', v.vscode),
        ('country', '', v.country), ('country', v.continent, v.country), ('continent', '', v.continent)
    ) as d (dimension, part, value)
    union all
    select distinct d.dimension, d.part, d.value, h.anon
    from happened as h cross join lateral (values
        ('evt', '', h.evt), ('exit', '', h.exit), ('exit', h.day::text, h.exit),
        ('output', '', h.output), ('exception', '', h.exception)
    ) as d (dimension, part, value)
    where d.value is not null
),
sizes as (
    select dimension, part, value, count(*) as visitors from seen group by dimension, part, value
)
select dimension, part, value, visitors from sizes
union all
select dimension, part, null, count(distinct seen.anon)
from seen join sizes using (dimension, part, value)
where sizes.visitors < %(k)s
group by dimension, part
