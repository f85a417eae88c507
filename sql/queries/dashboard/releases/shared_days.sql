-- The dashboard's release health: for pairs of releases, the counts of releases/health for each of the
-- two on the days they share. `version` is the newer one of a pair, `counted` the one counted.
with pairs as (
    select * from unnest(
        %(releases)s::text[], %(befores)s::text[], %(first_days)s::date[], %(last_days)s::date[]
    ) as pair (version, before, first_day, last_day)
),
sides as (
    select version, version as counted, first_day, last_day from pairs
    union all
    select version, before, first_day, last_day from pairs
),
each_visitor as (
    select
        s.version, s.counted, v.anon,
        greatest(sum(v.started), sum(v.runtime_errors)) as runs, sum(v.runtime_errors) as crashes
    from sides as s
    join fragments.visits as v on v.ext = s.counted and v.day between s.first_day and s.last_day
    group by s.version, s.counted, v.anon
)
select
    version, counted,
    count(*) as visitors,
    count(*) filter (where runs > 0) as runners,
    count(*) filter (where crashes > 0) as crashed_visitors,
    sum(runs)::bigint as runs,
    sum(crashes)::bigint as crashes,
    sum(runs * runs)::bigint as runs_squared,
    coalesce(sum(crashes * crashes / nullif(runs, 0)), 0)::double precision
        as crashes_squared_by_runs
from each_visitor
group by version, counted
order by version collate "C", counted collate "C"
