-- GET /stats with K_ANONYMITY: the values of each list, but places, and whether one may have fewer
-- than `k` visitors: those have to be counted. Of the others it is known that they have as many: on
-- some day by the rollups, or among so many events: the newest of the window, its newest errors, the
-- first runs of a day. Part is the day in lists by the day, which are of systems and exit codes.
with asked as (
    select dimension, '' as part, value, max(visitors) as visitors
    from telemetry.day_values
    where day between %(first)s and %(last)s
      and dimension = any (array['os', 'ext', 'vscode', 'evt', 'exit', 'output', 'exception'])
    group by dimension, value
    union all
    select dimension, day::text, value, visitors
    from telemetry.day_values
    where day between %(first)s and %(last)s and dimension = any (array['os', 'exit'])
),
newest as materialized (
    select
        anon, evt,
        case when evt = %(run_events)s || '.completed' then coalesce(exit_code, 0)::text end as exit,
        case when evt = %(run_events)s || '.completed' then coalesce(out_bytes_bucket, '-') end
            as output
    from telemetry.events
    where t >= %(first)s::timestamp at time zone 'UTC'
      and t < (%(last)s::date + 1)::timestamp at time zone 'UTC'
    order by t desc
    limit least(2000 * %(k)s::bigint, 100000)
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
    select 'exception', '', exception_hash
    from (
        select distinct anon, exception_hash
        from (
            select anon, exception_hash
            from telemetry.events
            where t >= %(first)s::timestamp at time zone 'UTC'
              and t < (%(last)s::date + 1)::timestamp at time zone 'UTC'
              and evt = %(run_events)s || '.error' and exception_hash is not null
            order by t desc
            limit least(1000 * %(k)s::bigint, 50000)
        ) as newest_errors
    ) as e
    group by exception_hash having count(*) >= %(k)s
    union all
    select 'exit', day::text, exit_code::text
    from (
        select distinct d.day, r.anon, r.exit_code
        from telemetry.days as d cross join lateral (
            select anon, coalesce(exit_code, 0) as exit_code
            from telemetry.events
            where t >= d.day::timestamp at time zone 'UTC'
              and t < (d.day + 1)::timestamp at time zone 'UTC'
              and evt = %(run_events)s || '.completed'
            order by t
            limit least(100 * %(k)s::bigint, 5000)
        ) as r
        where d.day between %(first)s and %(last)s
    ) as runs
    group by day, exit_code having count(*) >= %(k)s
)
select
    dimension, part, value, asked.visitors < %(k)s and proven.dimension is null as is_doubtful
from asked left join proven using (dimension, part, value)
