-- Loader: count this load's events by what most rollups need, so that they are not read again.
insert into fresh_counts
select day, hour, what, evt, country, region, count(*)
from fresh
group by 1, 2, 3, 4, 5, 6
