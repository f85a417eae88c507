-- Forget: the visitors whose anonymised id ends like this, as in "Student #…", and when they were seen.
select anon, min(day) as first_day, max(day) as last_day
from telemetry.visitor_days
where replace(anon::text, '-', '') like '%%' || %(ending)s
group by anon
order by last_day desc, anon
limit 10
