-- GET /stats: the first twenty runs of each kind (for the order see load/rollups/1_day_top_runs.sql);
-- runs without an exit code count as successful here, as they did on the original server.
with runs as not materialized (
    select
        case kind when 'unreported' then 'success' else kind end as kind, anon, t, id, duration_ms, interactive, out_bytes_bucket,
        interactive <> (kind <> 'frustrated') as comes_after,
        case kind when 'frustrated' then duration_ms else -duration_ms end as length
    from telemetry.day_top_runs
    where day between %(first)s and %(last)s
),
-- two short lists, found without sorting all runs
first_runs as (
    (
        select * from runs where kind = 'success'
        order by comes_after, length nulls last, t, anon, id limit 20
    )
    union all
    (
        select * from runs where kind = 'frustrated'
        order by comes_after, length nulls last, t, anon, id limit 20
    )
)
select kind, right(anon::text, 6) as student, t, duration_ms, interactive, out_bytes_bucket
from first_runs
order by kind, comes_after, length nulls last, t, anon, id
