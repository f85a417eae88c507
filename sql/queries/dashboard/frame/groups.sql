-- The dashboard's frame, with K_ANONYMITY: how many distinct visitors stand behind the values of the
-- lists that do not count them; `day` is null for the whole window. Run_ext: versions that completed
-- a run.
with happened as materialized (
    select distinct
        (e.t at time zone 'UTC')::date as day, e.anon, e.evt, e.os, e.ext, e.vscode,
        coalesce(e.country, 'Unknown') as country, e.country || '-' || e.region as region,
        case when e.evt = %(run_events)s || '.completed' then coalesce(e.exit_code, 0)::text end as exit,
        case when e.evt = %(run_events)s || '.completed' then coalesce(e.out_bytes_bucket, '-') end
            as output,
        case when e.evt = %(run_events)s || '.completed' then e.ext end as run_ext,
        case when e.evt = %(run_events)s || '.error' then e.exception_hash end as exception
    from telemetry.events_between(
        %(first)s, %(last)s, %(countries)s, %(systems)s, %(versions)s, %(hosts)s, %(event)s
    ) as e
)
select d.dimension, d.day, d.value, count(distinct h.anon) as visitors
from happened as h cross join lateral (values
    ('evt', null::date, h.evt), ('os', null, h.os), ('ext', null, h.ext), ('vscode', null, h.vscode),
    ('country', null, h.country), ('region', null, h.region), ('run_ext', null, h.run_ext),
    ('exit', null, h.exit), ('exit', h.day, h.exit),
    ('output', null, h.output), ('output', h.day, h.output),
    ('exception', null, h.exception), ('exception', h.day, h.exception)
) as d (dimension, day, value)
where d.value is not null
group by d.dimension, d.day, d.value
