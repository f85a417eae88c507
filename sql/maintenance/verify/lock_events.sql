-- Verify: runs first in its transaction, before the snapshot: events moved to another partition after
-- the snapshot would be missing from it.
lock table telemetry.events in access share mode
