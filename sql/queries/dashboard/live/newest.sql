-- The dashboard's live page: the newest events of the last 24 hours by their own time.
select
    t, evt as event, coalesce(country, 'Unknown') as country, os, ext as version, vscode as host,
    'Student #' || right(anon::text, 6) as student
from telemetry.events_between(
    (%(now)s::timestamptz at time zone 'UTC')::date - 1, (%(now)s::timestamptz at time zone 'UTC')::date,
    %(countries)s, %(systems)s, %(versions)s, %(hosts)s, %(event)s
)
where t > %(now)s::timestamptz - interval '24 hours' and t <= %(now)s::timestamptz
order by t desc, anon, id
limit 50
