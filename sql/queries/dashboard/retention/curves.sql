-- The dashboard's retention: the share of new visitors who visited in the k-th week since, over all
-- (value is null) and by the version, host, system or country of the first visit, for the largest
-- groups. Each week counts only visitors for whom it is complete.
with newcomers as materialized (
    select
        case %(by)s
            when 'ext' then ext when 'vscode' then vscode when 'os' then os
            else coalesce(c.name, n.country) end as value,
        n.cohort, n.weeks, count(*) as visitors
    from fragments.newcomers as n
    left join telemetry.countries as c on c.code = n.country
    group by 1, 2, 3
),
ranked as (
    select value, row_number() over (order by sum(visitors) desc, value collate "C") as place
    from newcomers
    group by value
),
grouped as (
    select null as value, 0 as place, cohort, weeks, visitors from newcomers
    union all
    select value, r.place, n.cohort, n.weeks, n.visitors
    from newcomers as n join ranked as r using (value)
    where r.place <= %(named)s
)
select
    value, since, sum(visitors)::bigint as visitors,
    coalesce(sum(visitors) filter (where get_bit(weeks, 7 * since) = 1), 0)::bigint as returned,
    coalesce(sum(visitors) filter (where get_bit(weeks, 7 * since) = 1), 0)::float8
        / sum(visitors)::float8 as share
from
    grouped
    cross join generate_series(0, (%(last)s::date - %(first_week)s::date) / 7) as since
where cohort + 7 * since + 6 <= least(%(last)s::date, %(today)s::date - 1)
group by place, value, since
order by place, since
