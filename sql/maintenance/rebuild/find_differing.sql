-- Rebuild: the visitors whose rollups differ from what was recomputed.
insert into differing
select anon
from (
    (table telemetry.visitors except table pg_temp.visitors)
    union all
    (table pg_temp.visitors except table telemetry.visitors)
) as visitors
union
select anon
from (
    (table telemetry.visitor_years except table pg_temp.visitor_years)
    union all
    (table pg_temp.visitor_years except table telemetry.visitor_years)
) as years
