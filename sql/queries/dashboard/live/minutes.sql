-- The dashboard's live page: events and distinct visitors of each of the last 30 minutes.
select m.minute, count(e.t) as events, count(distinct e.anon) as visitors
from generate_series(
    date_trunc('minute', %(now)s::timestamptz) - interval '29 minutes',
    date_trunc('minute', %(now)s::timestamptz), interval '1 minute'
) as m (minute)
left join fragments.events(
    first => (%(now)s::timestamptz at time zone 'UTC')::date - 1,
    last => (%(now)s::timestamptz at time zone 'UTC')::date
) as e on
    e.t >= date_trunc('minute', %(now)s::timestamptz) - interval '29 minutes'
    and e.t <= %(now)s::timestamptz
    and date_trunc('minute', e.t) = m.minute
group by m.minute
order by m.minute
