-- Verify: first in a transaction, before its snapshot: events that moved to another partition since
-- would be missing from it.
lock table telemetry.events in access share mode
