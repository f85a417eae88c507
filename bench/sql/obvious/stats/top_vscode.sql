-- The obvious way: events by vscode.
select vscode, count(*) as hits
from events
where t >= %(first)s::timestamp at time zone 'UTC' and t < (%(last)s::date + 1)::timestamp at time zone 'UTC'
group by 1
order by 2 desc
