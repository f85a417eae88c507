-- The dashboard's release health: the inputs of dashboard_app/analysis/release_health.py, by version,
-- for the versions with the most visitors. A crash is a runtime error; a visitor never has more crashed
-- runs than runs. The sums of squares are over visitors, and show how much crashes cluster within
-- visitors.
with each_visitor as (
    select
        ext, anon,
        greatest(sum(started), sum(runtime_errors)) as runs, sum(runtime_errors) as crashes,
        min(day) filter (where started > 0 or runtime_errors > 0) as first_day,
        max(day) filter (where started > 0 or runtime_errors > 0) as last_day
    from fragments.visits as v
    group by ext, anon
)
select
    ext as version,
    count(*) as visitors,
    count(*) filter (where runs > 0) as runners,
    count(*) filter (where crashes > 0) as crashed_visitors,
    sum(runs)::bigint as runs,
    sum(crashes)::bigint as crashes,
    sum(runs * runs)::bigint as runs_squared,
    coalesce(sum(crashes * crashes / nullif(runs, 0)), 0)::double precision
        as crashes_squared_by_runs,
    min(first_day) as first_day,
    max(last_day) as last_day
from each_visitor
group by ext
order by visitors desc, ext collate "C"
limit %(named)s
