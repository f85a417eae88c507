-- Verify: what can't be recomputed is taken as it is.
select telemetry.copy_to_shadow(%(rollup)s, %(day)s)
