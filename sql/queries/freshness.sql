-- Refresher: a number that changes with every load.
select version from telemetry.freshness
