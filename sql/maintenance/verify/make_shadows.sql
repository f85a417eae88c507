-- Verify and rebuild: once per connection, create the tables in which rollups are recomputed.
select name, by_day from telemetry.make_shadows()
