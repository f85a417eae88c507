-- GET /stats: distinct visitors by hour of the day. Whole months come from visitor_months, the days
-- before and after them from visitor_days.
with whole as (
    select
        case when extract(day from %(first)s::date) = 1 then %(first)s::date
            else (date_trunc('month', %(first)s::date) + interval '1 month')::date end as first,
        date_trunc('month', %(last)s::date + 1)::date as after
),
seen as (
    select anon, hours from telemetry.visitor_months, whole
    where month >= whole.first and month < whole.after
    union all
    select anon, hours from telemetry.visitor_days, whole
    where day between %(first)s and %(last)s
      and (day < whole.first or day >= whole.after or whole.first >= whole.after)
),
visitors as (
    select bit_or(hours) as hours from seen group by anon
)
select hour, count(*) as visitors
from visitors, generate_series(0, 23) as hour
where hours & (1 << hour) <> 0
group by hour
