-- Rebuild: note that from now on run events begin so.
update telemetry.settings set run_events = %(run_events)s
