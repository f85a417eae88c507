-- The dashboard's overview: distinct visitors of the window under a filter.
select count(distinct anon) as visitors
from fragments.visits as v
