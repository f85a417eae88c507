-- The dashboard's versions: installs in the window under a filter, and in total, unfiltered.
select
    (
        select count(*)
        from fragments.events as e
        where evt = 'install.created'
    ) as in_window,
    (select coalesce(sum(installs), 0)::bigint from telemetry.days where installs > 0) as ever
