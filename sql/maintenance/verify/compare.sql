-- Verify: how a rollup differs from the recomputed one, on one day or, without a day, as a whole.
select missing, surplus, changed, key, expected, stored
from telemetry.compare_with_shadow(%(rollup)s, %(day)s)
