-- The dashboard's frame: whether the window has any event under the filter.
select case when exists (
    select from telemetry.visits_between(
        %(first)s, %(last)s,
        %(countries)s, %(systems)s, %(versions)s, %(hosts)s, %(event)s, %(run_events)s
    )
) then 1 else 0 end as matches
