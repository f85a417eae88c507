-- The dashboard's notebooks: how many visitors reached each of `steps`, in this order, in the window.
with reached as (
    select telemetry.steps_reached(evt, %(steps)s::text[] order by t, id) as steps
    from fragments.events(event => null) as e
    where evt = any (%(steps)s::text[])
    group by anon
)
select s.place::integer as place, s.event, count(*) filter (where r.steps >= s.place) as visitors
from unnest(%(steps)s::text[]) with ordinality as s (event, place) left join reached as r on true
group by s.place, s.event
order by s.place
