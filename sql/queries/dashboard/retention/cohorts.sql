-- The dashboard's retention: visitors who were new in each week (from Monday, UTC), and how many of
-- them visited in each week since. A week is complete once its Sunday is over.
with newcomers as materialized (
    select cohort, weeks, count(*) as visitors
    from fragments.newcomers as n
    group by cohort, weeks
),
cohorts as (
    select cohort, sum(visitors)::bigint as visitors from newcomers group by cohort
),
returned as (
    select cohort, since, sum(visitors)::bigint as returned
    from newcomers, generate_series(0, (%(last)s::date - %(first_week)s::date) / 7) as since
    where get_bit(weeks, 7 * since) = 1
    group by cohort, since
)
select
    c.cohort, since, c.visitors, coalesce(r.returned, 0) as returned,
    coalesce(r.returned, 0)::float8 / c.visitors as share,
    c.cohort + 7 * since + 6 <= least(%(last)s::date, %(today)s::date - 1) as complete
from cohorts as c
cross join lateral generate_series(0, (%(last)s::date - c.cohort) / 7) as since
left join returned as r using (cohort, since)
order by c.cohort, since
