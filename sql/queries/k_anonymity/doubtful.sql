-- GET /stats with K_ANONYMITY: the values of each list except places, and whether one may have fewer
-- than `k` visitors and has to be counted. The others are known to have that many: on some day, by the
-- rollups, or among a limited number of events: the newest of the window, its newest errors, the first
-- runs of a day. Part is the day in lists by day, which are of systems and exit codes. Events count
-- under the names that the rollups took on their day, runs without an exit code as exit 0.
with named as (
    select
        day, dimension, visitors,
        case when (dimension, value) = ('exit', '-') then '0' else value end as value
    from telemetry.day_values
    where day between %(first)s and %(last)s
      and dimension = any (array['os', 'ext', 'vscode', 'evt', 'exit', 'output', 'exception'])
),
asked as (
    select dimension, '' as part, value, max(visitors) as visitors
    from named
    group by dimension, value
    union all
    select dimension, day::text, value, max(visitors)
    from named
    where dimension = any (array['os', 'exit'])
    group by dimension, day, value
),
closed as materialized ( -- the names in lists that refused others
    select day, dimension, n.value
    from telemetry.day_names as n join telemetry.day_names as c using (day, dimension)
    where c.value = '(other)' and c.day between %(first)s and %(last)s
),
newest as materialized (
    select
        anon,
        case
            when evts.day is not null and evt_name.day is null
                then '(other)'
            else evt end as evt,
        case
            when not is_completed then null
            when exit_code <> 0 and exits.day is not null and exit_name.day is null then '(other)'
            else coalesce(exit_code, 0)::text end as exit,
        case
            when not is_completed then null
            when output <> '-' and outputs.day is not null and output_name.day is null then '(other)'
            else output end as output
    from (
        select
            anon, (t at time zone 'UTC')::date as day, evt, exit_code,
            coalesce(out_bytes_bucket, '-') as output, evt = %(run_events)s || '.completed' as is_completed
        from telemetry.events
        where t >= %(first)s::timestamp at time zone 'UTC'
          and t < (%(last)s::date + 1)::timestamp at time zone 'UTC'
        order by t desc
        limit least(2000 * %(k)s::bigint, 100000)
    ) as e
    left join closed as evts on (evts.day, evts.dimension, evts.value) = (e.day, 'evt', '(other)')
    left join closed as evt_name
        on (evt_name.day, evt_name.dimension, evt_name.value) = (e.day, 'evt', e.evt)
    left join closed as exits on (exits.day, exits.dimension, exits.value) = (e.day, 'exit', '(other)')
    left join closed as exit_name
        on (exit_name.day, exit_name.dimension, exit_name.value) = (e.day, 'exit', e.exit_code::text)
    left join closed as outputs on (outputs.day, outputs.dimension, outputs.value) = (e.day, 'output', '(other)')
    left join closed as output_name
        on (output_name.day, output_name.dimension, output_name.value) = (e.day, 'output', e.output)
),
mornings as materialized ( -- the first hours of each day, until they have enough events
    select day, min(hour) as begins, max(hour) + interval '1 hour' as ends
    from (
        select hour, day, sum(events) over (partition by day order by hour) - events as earlier
        from (
            select hour, events, (hour at time zone 'UTC')::date as day
            from telemetry.hours
            where hour >= %(first)s::timestamp at time zone 'UTC'
              and hour < (%(last)s::date + 1)::timestamp at time zone 'UTC'
        ) as hours
    ) as hours
    where earlier < least(200 * %(k)s::bigint, 10000)
    group by day
),
proven as (
    select 'evt' as dimension, '' as part, evt as value
    from (select distinct anon, evt from newest) as n
    group by evt having count(*) >= %(k)s
    union all
    select 'exit', '', exit
    from (select distinct anon, exit from newest) as n
    group by exit having count(*) >= %(k)s
    union all
    select 'output', '', output
    from (select distinct anon, output from newest) as n
    group by output having count(*) >= %(k)s
    union all
    select 'exception', '', exception
    from (
        select distinct
            anon,
            case
                when closed.day is not null and name.day is null then '(other)'
                else exception_hash end as exception
        from (
            select anon, (t at time zone 'UTC')::date as day, exception_hash
            from telemetry.events
            where t >= %(first)s::timestamp at time zone 'UTC'
              and t < (%(last)s::date + 1)::timestamp at time zone 'UTC'
              and evt = %(run_events)s || '.error' and exception_hash is not null
            order by t desc
            limit least(1000 * %(k)s::bigint, 50000)
        ) as r
        left join closed on (closed.day, closed.dimension, closed.value) = (r.day, 'exception', '(other)')
        left join closed as name on (name.day, name.dimension, name.value) = (r.day, 'exception', r.exception_hash)
    ) as e
    group by exception having count(*) >= %(k)s
    union all
    select 'exit', day::text, exit
    from (
        select distinct
            d.day, r.anon,
            case
                when r.exit_code <> 0 and closed.day is not null and name.day is null then '(other)'
                else coalesce(r.exit_code, 0)::text end as exit
        from mornings as d join telemetry.events as r on r.t >= d.begins and r.t < d.ends
        left join closed on (closed.day, closed.dimension, closed.value) = (d.day, 'exit', '(other)')
        left join closed as name on (name.day, name.dimension, name.value) = (d.day, 'exit', r.exit_code::text)
        where r.evt = %(run_events)s || '.completed'
          -- repeated for the planner, which then skips partitions of other months
          and r.t >= %(first)s::timestamp at time zone 'UTC'
          and r.t < (%(last)s::date + 1)::timestamp at time zone 'UTC'
    ) as runs
    group by day, exit having count(*) >= %(k)s
)
select
    dimension, part, value, coalesce(asked.visitors, 0) < %(k)s and proven.dimension is null as is_doubtful
from asked left join proven using (dimension, part, value)
