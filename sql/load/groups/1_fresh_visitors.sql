-- Loader: this load's visitor-days, for the statements after this one.
insert into fresh_visitors
select
    day, anon, coalesce(country, 'Unknown'), os, ext, vscode,
    bit_or(1 << hour),
    count(*),
    count(*) filter (where what = 'started'),
    count(*) filter (where what = 'completed'),
    count(*) filter (where what = 'error' and error_phase is not distinct from 'compile'),
    count(*) filter (where what = 'error' and error_phase is distinct from 'compile')
from fresh
group by 1, 2, 3, 4, 5, 6
