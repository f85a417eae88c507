-- Verify: copy what can't be recomputed.
select telemetry.copy_to_shadow(%(rollup)s, %(day)s)
