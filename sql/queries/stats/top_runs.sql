-- GET /stats: the first twenty runs of each kind (for the order see load/rollups/2_day_top_runs.sql).
with ranked as (
    select *, row_number() over (
        partition by kind
        order by
            interactive = (kind = 'success') desc,
            case kind when 'success' then -duration_ms else duration_ms end nulls last,
            t, anon, id
    ) as place
    from telemetry.day_top_runs
    where day between %(first)s and %(last)s
)
select kind, right(anon::text, 6) as student, t, duration_ms, interactive, out_bytes_bucket
from ranked
where place <= 20
order by kind, place
