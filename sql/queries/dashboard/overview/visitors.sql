-- The dashboard's overview: distinct visitors of the window. Adding up daily visitors would count
-- someone seen on two days twice.
select count(distinct anon) as visitors
from fragments.visitors as v
