-- Rebuild: record the first day whose rollups still have the old run_events; null: none has.
update telemetry.settings set rebuilt_before = %(rebuilt_before)s
