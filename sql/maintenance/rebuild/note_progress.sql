-- Rebuild: note from which day on the rollups are not yet made with the new run_events; null: none is.
update telemetry.settings set rebuilt_before = %(rebuilt_before)s
