-- The rows of a load, as text.
copy (select * from telemetry.events) to stdout
