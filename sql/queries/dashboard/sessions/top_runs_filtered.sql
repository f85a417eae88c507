-- The dashboard's sessions under a filter: the first twenty runs of each kind among the matching events.
with runs as (
    select
        case exit_code when 0 then 'success' else 'frustrated' end as kind,
        t, anon, id, session_id, duration_ms, coalesce(scanner_usage, false) as interactive,
        out_bytes_bucket
    from fragments.events as e
    where evt = %(run_events)s || '.completed' and exit_code in (0, 130)
),
ranked as (
    select *, row_number() over (
        partition by kind
        order by
            interactive = (kind = 'success') desc,
            case kind when 'success' then -duration_ms else duration_ms end nulls last,
            t, anon, id
    ) as place
    from runs
)
select
    kind, place::integer as place, r.t, 'Visitor ' || right(r.anon::text, 6) as visitor,
    r.duration_ms::float8 as duration_ms, r.interactive,
    case kind when 'success' then 0 else 130 end as exit_code,
    coalesce(r.out_bytes_bucket, '-') as output, r.session_id::text as id
from ranked as r
where place <= 20
order by kind desc, place
