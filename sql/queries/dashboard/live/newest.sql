-- The dashboard's live page: the newest events of the last 24 hours, by event time.
select
    t, evt as event, coalesce(country, 'Unknown') as country, os, ext as version, vscode as host,
    'Visitor ' || right(anon::text, 6) as visitor
from fragments.events(
    first => (%(now)s::timestamptz at time zone 'UTC')::date - 1,
    last => (%(now)s::timestamptz at time zone 'UTC')::date
) as e
where t > %(now)s::timestamptz - interval '24 hours' and t <= %(now)s::timestamptz
order by t desc, anon, id
limit 50
