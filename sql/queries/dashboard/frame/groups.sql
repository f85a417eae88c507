-- The dashboard's frame, with K_ANONYMITY: distinct visitors behind the values of lists that don't
-- count them; `day` is null for the whole window. `list` names the list: options (of the filter),
-- region, exception, run_ext (versions that completed a run), exit, output. Events count under the
-- names that the rollups took on their day.
with closed as materialized ( -- the names in lists that refused others
    select day, case dimension when 'ext' then 'run_ext' else dimension end as dimension, n.value
    from telemetry.day_names as n join telemetry.day_names as c using (day, dimension)
    where c.value = '(other)' and c.day between %(first)s and %(last)s
),
completed as materialized (
    select distinct
        (t at time zone 'UTC')::date as day, anon,
        case %(list)s
            when 'exit' then coalesce(exit_code::text, '-')
            when 'output' then coalesce(out_bytes_bucket, '-')
            else ext
        end as value
    from fragments.events as e
    where %(list)s in ('exit', 'output', 'run_ext') and evt = %(run_events)s || '.completed'
),
failed as materialized (
    select distinct (t at time zone 'UTC')::date as day, anon, exception_hash as value
    from fragments.events as e
    where %(list)s = 'exception' and evt = %(run_events)s || '.error' and exception_hash is not null
),
visits as materialized (
    select distinct anon, os, ext, vscode, country
    from fragments.visits as v
    where %(list)s = 'options'
),
happened as (
    select
        %(list)s as dimension, told.day, anon,
        case
            when closed.day is not null and name.day is null
                and (%(list)s, told.value) not in (('exit', '0'), ('exit', '-'), ('output', '-'))
                then '(other)'
            else told.value end as value
    from (select * from completed union all select * from failed) as told
    left join closed on (closed.day, closed.dimension, closed.value) = (told.day, %(list)s, '(other)')
    left join closed as name on (name.day, name.dimension, name.value) = (told.day, %(list)s, told.value)
    union all
    select d.dimension, null, v.anon, d.value
    from visits as v cross join lateral (values
        ('os', v.os), ('ext', v.ext), ('vscode', v.vscode), ('country', v.country)
    ) as d (dimension, value)
    union all
    select distinct
        'evt', null::date, anon,
        case
            when closed.day is not null and name.day is null then '(other)'
            else evt end
    from fragments.events as e
    left join closed
        on (closed.day, closed.dimension, closed.value)
        = ((e.t at time zone 'UTC')::date, 'evt', '(other)')
    left join closed as name
        on (name.day, name.dimension, name.value) = ((e.t at time zone 'UTC')::date, 'evt', e.evt)
    where %(list)s = 'options'
    union all
    select distinct 'region', null::date, anon, country || '-' || region
    from fragments.events as e
    where %(list)s = 'region' and region is not null
)
select dimension, null::date as day, value, count(distinct anon) as visitors
from happened
group by dimension, value
union all
select dimension, day, value, count(distinct anon)
from happened
where day is not null
group by dimension, day, value
