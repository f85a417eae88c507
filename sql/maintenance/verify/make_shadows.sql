-- Verify and rebuild: once a connection, the tables that rollups are recomputed in.
select name, by_day from telemetry.make_shadows()
