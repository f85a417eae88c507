-- The dashboard's sessions: the events, in order, of one session that has any in the window.
with session as (
    select anon, min(first_at) as started_at, max(last_at) as last_at
    from telemetry.session_days
    where session_id = %(session)s::uuid
    group by anon
    having max(last_at) >= %(first)s::timestamp at time zone 'UTC'
       and min(first_at) < (%(last)s::date + 1)::timestamp at time zone 'UTC'
)
select
    e.t, extract(epoch from e.t - s.started_at)::float8 * 1000 as since_ms, e.evt,
    fragments.properties::text as properties, e.ext, e.vscode, e.os,
    coalesce(e.country, 'Unknown') as country
from session as s
join telemetry.events as e on e.anon = s.anon and e.t between s.started_at and s.last_at
where e.session_id = %(session)s::uuid
order by e.t, e.id
limit %(most)s
