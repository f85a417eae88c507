-- Loader, /stats, notebooks and commands: what this database's rollups are built with.
select run_events, rebuilt_before, first_kept from telemetry.settings
