-- The dashboard's release health: what the statistics of dashboard_app/analysis/release_health.py are made of, by
-- version, for the versions with the most visitors. A crash is an error at runtime; of a visitor's
-- runs no more crashed than there were. The sums of squares are over visitors, and say how much
-- crashes cluster in them.
with each_visitor as (
    select
        ext, anon,
        greatest(sum(started), sum(runtime_errors)) as runs, sum(runtime_errors) as crashes
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
    sum(crashes * crashes)::bigint as crashes_squared,
    sum(runs * crashes)::bigint as runs_times_crashes
from each_visitor
group by ext
order by visitors desc, ext collate "C"
limit %(named)s
