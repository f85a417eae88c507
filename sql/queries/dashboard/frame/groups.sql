-- The dashboard's frame, with K_ANONYMITY: how many distinct visitors stand behind the values of a list
-- that does not count them; `day` is null for the whole window. `list` says of which: options (of the
-- filter), region, exception, run_ext (versions that completed a run), exit, output.
with completed as materialized (
    select distinct
        (t at time zone 'UTC')::date as day, anon,
        case %(list)s
            when 'exit' then coalesce(exit_code::text, '-')
            when 'output' then coalesce(out_bytes_bucket, '-')
            else ext
        end as value
    from telemetry.events_between(
        %(first)s, %(last)s, %(countries)s, %(systems)s, %(versions)s, %(hosts)s, %(event)s
    )
    where %(list)s in ('exit', 'output', 'run_ext') and evt = %(run_events)s || '.completed'
),
failed as materialized (
    select distinct (t at time zone 'UTC')::date as day, anon, exception_hash as value
    from telemetry.events_between(
        %(first)s, %(last)s, %(countries)s, %(systems)s, %(versions)s, %(hosts)s, %(event)s
    )
    where %(list)s = 'exception' and evt = %(run_events)s || '.error' and exception_hash is not null
),
visits as materialized (
    select distinct anon, os, ext, vscode, country
    from telemetry.visits_between(
        %(first)s, %(last)s, %(countries)s, %(systems)s, %(versions)s, %(hosts)s, %(event)s,
        %(run_events)s
    )
    where %(list)s = 'options'
),
happened as (
    select %(list)s as dimension, day, anon, value from completed
    union all
    select %(list)s, day, anon, value from failed
    union all
    select d.dimension, null, v.anon, d.value
    from visits as v cross join lateral (values
        ('os', v.os), ('ext', v.ext), ('vscode', v.vscode), ('country', v.country)
    ) as d (dimension, value)
    union all
    select distinct 'evt', null::date, anon, evt
    from telemetry.events_between(
        %(first)s, %(last)s, %(countries)s, %(systems)s, %(versions)s, %(hosts)s, %(event)s
    )
    where %(list)s = 'options'
    union all
    select distinct 'region', null::date, anon, country || '-' || region
    from telemetry.events_between(
        %(first)s, %(last)s, %(countries)s, %(systems)s, %(versions)s, %(hosts)s, %(event)s
    )
    where %(list)s = 'region' and region is not null
)
select dimension, null::date as day, value, count(distinct anon) as visitors
from happened
group by dimension, value
union all
select dimension, day, value, count(*)
from happened
where day is not null
group by dimension, day, value
