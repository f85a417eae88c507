-- Loader: create a month's partition, in a separate transaction.
select telemetry.ensure_partition(%(month)s)
