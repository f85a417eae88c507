-- The dashboard's explorer, with K_ANONYMITY: distinct visitors of the events examined.
select count(distinct anon) as visitors
from fragments.explored as e
