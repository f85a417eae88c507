-- The dashboard's overview: events and distinct visitors of the window by application version.
select ext as version, sum(events)::bigint as events, count(distinct anon) as visitors
from fragments.visits as v
group by ext
order by visitors desc, events desc, ext collate "C"
limit 100
