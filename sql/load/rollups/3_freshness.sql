-- Loader: signal to caches and views that something changed.
update telemetry.freshness set version = version + 1, loaded_at = now()
