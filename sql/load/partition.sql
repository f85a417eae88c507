-- Loader: give a month its partition, in a transaction of its own.
select telemetry.ensure_partition(%(month)s)
