-- Verify: how a rollup differs from what was recomputed, on a day or, without one, as a whole.
select missing, surplus, changed, key, expected, stored
from telemetry.compare_with_shadow(%(rollup)s, %(day)s)
