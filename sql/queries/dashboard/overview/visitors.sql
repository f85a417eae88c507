-- The dashboard's overview: distinct visitors of the window. Sums of daily visitors would count
-- who came on two days twice.
select count(distinct anon) as visitors
from fragments.visitors as v
