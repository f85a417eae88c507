-- Loader, /stats, notebooks and commands: what the rollups of this database are made with.
select run_events, rebuilt_before, first_kept from telemetry.settings
