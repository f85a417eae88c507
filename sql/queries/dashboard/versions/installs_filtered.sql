-- The dashboard's versions: installs in the window under a filter, and ever, of all there are.
select
    (
        select count(*)
        from telemetry.events_between(
            %(first)s, %(last)s,
            %(countries)s, %(systems)s, %(versions)s, %(hosts)s, %(event)s
        )
        where evt = 'install.created'
    ) as in_window,
    (select coalesce(sum(installs), 0)::bigint from telemetry.days where installs > 0) as ever
