-- The dashboard's sessions: the first twenty runs of each kind: success (exit 0: interactive first,
-- then longest) and frustrated (exit 130: non-interactive first, then shortest). Runs without an exit
-- code are neither.
with ranked as (
    select *, row_number() over (
        partition by kind
        order by
            interactive = (kind = 'success') desc,
            case kind when 'success' then -duration_ms else duration_ms end nulls last,
            t, anon, id
    ) as place
    from telemetry.day_top_runs
    where day between %(first)s and %(last)s and kind in ('success', 'frustrated')
),
first_twenty as materialized (
    -- the limit makes the planner look these few rows up by index
    select * from ranked where place <= 20 order by place limit 40
),
found as materialized (
    select t, anon, id, e.session_id from telemetry.events as e join first_twenty using (t, anon, id)
)
select
    kind, place::integer as place, t, 'Visitor ' || right(anon::text, 6) as visitor,
    r.duration_ms::float8 as duration_ms, r.interactive,
    case kind when 'success' then 0 else 130 end as exit_code,
    coalesce(r.out_bytes_bucket, '-') as output, e.session_id::text as id
from first_twenty as r
left join found as e using (t, anon, id)
order by kind desc, place
