-- The dashboard's overview: the names of the window's events under a filter, most frequent first.
select evt as event, count(*) as events
from fragments.events as e
group by evt
order by events desc, evt collate "C"
limit 100
