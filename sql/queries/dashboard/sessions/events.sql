-- The dashboard's sessions: one session's events in order.
with days as (
    select min(first_at) as started_at, max(last_at) as last_at
    from telemetry.session_days
    where anon = %(anon)s::uuid and session_id = %(session)s
)
select
    e.t, extract(epoch from e.t - days.started_at)::float8 * 1000 as since_ms, e.evt,
    telemetry.properties(e)::text as properties, e.ext, e.vscode, e.os,
    coalesce(e.country, 'Unknown') as country
from days join telemetry.events as e on e.t between days.started_at and days.last_at
where e.anon = %(anon)s::uuid and e.session_id = %(session)s
order by e.t, e.id
limit %(most)s
