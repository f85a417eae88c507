-- Loader: keep the first twenty runs of each day and kind. Successes, and runs without an exit code:
-- interactive first, then longest. Frustrations (interrupted): non-interactive first, then shortest.
-- Ties: earlier run first, then by anon.
with fresh_runs as (
    select
        day,
        case exit_code when 0 then 'success' when 130 then 'frustrated' else 'unreported' end as kind,
        t, anon, id, duration_ms, coalesce(scanner_usage, false) as interactive, out_bytes_bucket
    from fresh
    where what = 'completed' and coalesce(exit_code, 0) in (0, 130)
),
kept as (
    select r.*
    from telemetry.day_top_runs as r
    where day in (select distinct day from fresh_counts where what = 'completed')
),
-- where the twentieth run ranks: most runs come after it and need no sorting
bars as (
    select
        day, kind,
        every(interactive = (kind <> 'frustrated')) as all_preferred,
        case kind when 'frustrated' then max(duration_ms) else min(duration_ms) end as duration_ms
    from kept
    group by day, kind
    having count(*) >= 20 and count(duration_ms) = count(*)
),
candidates as (
    select f.*, true as is_new
    from fresh_runs as f left join bars as b using (day, kind)
    where not coalesce(b.all_preferred, false)
       or f.interactive = (kind <> 'frustrated')
          and case kind
              when 'frustrated' then f.duration_ms <= b.duration_ms
              else f.duration_ms >= b.duration_ms end
    union all
    select day, kind, t, anon, id, duration_ms, interactive, out_bytes_bucket, false
    from kept
),
ranked as (
    select *, row_number() over (
        partition by day, kind
        order by
            interactive = (kind <> 'frustrated') desc,
            case kind when 'frustrated' then duration_ms else -duration_ms end nulls last,
            t, anon, id
    ) as rank
    from candidates
),
evicted as (
    delete from telemetry.day_top_runs as r using ranked as o
    where o.rank > 20 and not o.is_new
      and (r.day, r.kind, r.t, r.anon, r.id) = (o.day, o.kind, o.t, o.anon, o.id)
)
insert into telemetry.day_top_runs (day, kind, t, anon, id, duration_ms, interactive, out_bytes_bucket)
select day, kind, t, anon, id, duration_ms, interactive, out_bytes_bucket
from ranked
where rank <= 20 and is_new
