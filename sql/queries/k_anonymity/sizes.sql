-- GET /stats with K_ANONYMITY: distinct visitors behind each of some values (see doubtful) and, without
-- a value, behind all values that have fewer than `k`, together. Events are read only for the days on
-- which one of the values occurred. They count under the names that the rollups took on their day, runs
-- without an exit code as exit 0.
with wanted as materialized (
    select dimension, part, value
    from unnest(%(dimensions)s::text[], %(parts)s::text[], %(values)s::text[])
        as w (dimension, part, value)
),
closed as materialized ( -- the names in lists that refused others
    select day, dimension, n.value
    from telemetry.day_names as n join telemetry.day_names as c using (day, dimension)
    where c.value = '(other)' and c.day between %(first)s and %(last)s
),
days as materialized (
    select
        dimension, day,
        day::timestamp at time zone 'UTC' as begins, (day + 1)::timestamp at time zone 'UTC' as ends
    from (
        select w.dimension, v.day
        from wanted as w join telemetry.day_values as v using (dimension, value)
        where w.part = '' and v.day between %(first)s and %(last)s
        union
        select 'exit', day
        from telemetry.day_values
        where '0' = any (%(exit)s::text[]) and (dimension, value) = ('exit', '-')
          and day between %(first)s and %(last)s
    ) as found
),
exit_days as materialized (
    select distinct
        part, part::date as day,
        part::timestamp at time zone 'UTC' as begins, (part::date + 1)::timestamp at time zone 'UTC' as ends
    from wanted
    where dimension = 'exit' and part <> ''
),
seen as (
    select distinct
        'evt' as dimension, '' as part,
        case
            when closed.day is not null and name.day is null then '(other)'
            else e.evt end as value,
        e.anon
    from days as d join telemetry.events as e on e.t >= d.begins and e.t < d.ends
    left join closed on (closed.day, closed.dimension, closed.value) = (d.day, 'evt', '(other)')
    left join closed as name on (name.day, name.dimension, name.value) = (d.day, 'evt', e.evt)
    where cardinality(%(evt)s::text[]) > 0 and d.dimension = 'evt'
      and (e.evt = any (%(evt)s::text[]) or '(other)' = any (%(evt)s::text[]))
    union all
    select distinct
        'exit', '',
        case
            when e.exit_code <> 0 and closed.day is not null and name.day is null then '(other)'
            else coalesce(e.exit_code, 0)::text end,
        e.anon
    from days as d join telemetry.events as e on e.t >= d.begins and e.t < d.ends
    left join closed on (closed.day, closed.dimension, closed.value) = (d.day, 'exit', '(other)')
    left join closed as name on (name.day, name.dimension, name.value) = (d.day, 'exit', e.exit_code::text)
    where cardinality(%(exit)s::text[]) > 0 and d.dimension = 'exit' and e.evt = %(run_events)s || '.completed'
    union all
    select distinct
        'exit', d.part,
        case
            when e.exit_code <> 0 and closed.day is not null and name.day is null then '(other)'
            else coalesce(e.exit_code, 0)::text end,
        e.anon
    from exit_days as d join telemetry.events as e on e.t >= d.begins and e.t < d.ends
    left join closed on (closed.day, closed.dimension, closed.value) = (d.day, 'exit', '(other)')
    left join closed as name on (name.day, name.dimension, name.value) = (d.day, 'exit', e.exit_code::text)
    where e.evt = %(run_events)s || '.completed'
    union all
    select distinct
        'output', '',
        case
            when e.out_bytes_bucket <> '-' and closed.day is not null and name.day is null then '(other)'
            else coalesce(e.out_bytes_bucket, '-') end,
        e.anon
    from days as d join telemetry.events as e on e.t >= d.begins and e.t < d.ends
    left join closed on (closed.day, closed.dimension, closed.value) = (d.day, 'output', '(other)')
    left join closed as name on (name.day, name.dimension, name.value) = (d.day, 'output', e.out_bytes_bucket)
    where cardinality(%(output)s::text[]) > 0 and d.dimension = 'output' and e.evt = %(run_events)s || '.completed'
    union all
    select distinct
        'exception', '',
        case
            when closed.day is not null and name.day is null then '(other)'
            else e.exception_hash end,
        e.anon
    from days as d join telemetry.events as e on e.t >= d.begins and e.t < d.ends
    left join closed on (closed.day, closed.dimension, closed.value) = (d.day, 'exception', '(other)')
    left join closed as name on (name.day, name.dimension, name.value) = (d.day, 'exception', e.exception_hash)
    where cardinality(%(exception)s::text[]) > 0 and d.dimension = 'exception' and e.evt = %(run_events)s || '.error'
      and (e.exception_hash = any (%(exception)s::text[]) or '(other)' = any (%(exception)s::text[]))
      and e.exception_hash is not null
    union all
    select distinct 'os', w.part, v.os, v.anon
    from wanted as w join telemetry.visitor_days as v on v.day = w.part::date and v.os = w.value
    where w.dimension = 'os' and w.part <> ''
    union all
    select distinct 'os', '', os, anon
    from telemetry.visitor_days
    where cardinality(%(os)s::text[]) > 0
      and day between %(first)s and %(last)s
      and os = any (%(os)s::text[])
    union all
    select distinct 'ext', '', ext, anon
    from telemetry.visitor_days
    where cardinality(%(ext)s::text[]) > 0
      and day between %(first)s and %(last)s
      and ext = any (%(ext)s::text[])
    union all
    select distinct 'vscode', '', vscode, anon
    from telemetry.visitor_days
    where cardinality(%(vscode)s::text[]) > 0
      and day between %(first)s and %(last)s
      and vscode = any (%(vscode)s::text[])
),
behind as materialized (
    select dimension, part, value, anon from seen join wanted using (dimension, part, value)
),
sizes as materialized (
    select dimension, part, value, count(*) as visitors from behind group by dimension, part, value
)
select dimension, part, value, visitors from sizes
union all
select dimension, part, null, count(distinct behind.anon)
from behind join sizes using (dimension, part, value)
where sizes.visitors < %(k)s
group by dimension, part
