-- GET /stats with K_ANONYMITY: how many distinct visitors stand behind each of some values (see
-- doubtful), and, without a value, behind all those together that have fewer than `k`. Of the events
-- those days are read on which one of the values occurred.
with wanted as materialized (
    select dimension, part, value
    from unnest(%(dimensions)s::text[], %(parts)s::text[], %(values)s::text[])
        as w (dimension, part, value)
),
days as materialized (
    select distinct
        w.dimension, v.day,
        v.day::timestamp at time zone 'UTC' as begins, (v.day + 1)::timestamp at time zone 'UTC' as ends
    from wanted as w join telemetry.day_values as v using (dimension, value)
    where w.part = '' and v.day between %(first)s and %(last)s
),
exit_days as materialized (
    select distinct
        part,
        part::timestamp at time zone 'UTC' as begins, (part::date + 1)::timestamp at time zone 'UTC' as ends
    from wanted
    where dimension = 'exit' and part <> ''
),
seen as (
    select distinct 'evt' as dimension, '' as part, e.evt as value, e.anon
    from days as d join telemetry.events as e on e.t >= d.begins and e.t < d.ends
    where cardinality(%(evt)s::text[]) > 0 and d.dimension = 'evt'
      and e.evt = any (%(evt)s::text[])
    union all
    select distinct 'exit', '', coalesce(e.exit_code, 0)::text, e.anon
    from days as d join telemetry.events as e on e.t >= d.begins and e.t < d.ends
    where cardinality(%(exit)s::text[]) > 0 and d.dimension = 'exit' and e.evt = %(run_events)s || '.completed'
    union all
    select distinct 'exit', d.part, coalesce(e.exit_code, 0)::text, e.anon
    from exit_days as d join telemetry.events as e on e.t >= d.begins and e.t < d.ends
    where e.evt = %(run_events)s || '.completed'
    union all
    select distinct 'output', '', coalesce(e.out_bytes_bucket, '-'), e.anon
    from days as d join telemetry.events as e on e.t >= d.begins and e.t < d.ends
    where cardinality(%(output)s::text[]) > 0 and d.dimension = 'output' and e.evt = %(run_events)s || '.completed'
    union all
    select distinct 'exception', '', e.exception_hash, e.anon
    from days as d join telemetry.events as e on e.t >= d.begins and e.t < d.ends
    where cardinality(%(exception)s::text[]) > 0 and d.dimension = 'exception' and e.evt = %(run_events)s || '.error'
      and e.exception_hash = any (%(exception)s::text[])
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
