-- The dashboard's versions: the same as versions/uptake under a filter, from the visits.
select day, ext as version, count(distinct anon) as visitors
from fragments.visits(first => %(last)s::date - 182) as v
group by day, ext
order by day, visitors desc, ext collate "C"
