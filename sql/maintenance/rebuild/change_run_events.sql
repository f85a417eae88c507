-- Rebuild: record the new prefix of the run events' names.
update telemetry.settings set run_events = %(run_events)s
