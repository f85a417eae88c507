-- Loader: do the same in this load's visitor-days; some of them may merge.
with taken as (
    delete from fresh_visitors where day in (select day from fresh_refused) returning *
)
insert into fresh_visitors
select
    day, anon, country,
    case when (day, 'os', os) in (select * from fresh_refused) then '(other)' else os end,
    case when (day, 'ext', ext) in (select * from fresh_refused) then '(other)' else ext end,
    case when (day, 'vscode', vscode) in (select * from fresh_refused) then '(other)' else vscode end,
    bit_or(hours), sum(events), sum(started), sum(completed), sum(compile_errors), sum(runtime_errors)
from taken
group by 1, 2, 3, 4, 5, 6
