-- Forget: the days of which there are events of a visitor.
select distinct (t at time zone 'UTC')::date as day
from telemetry.events
where anon = %(visitor)s
order by day
