-- Loader, with RETENTION_DAYS: drop events that are too old, so that they don't recreate deleted days.
delete from fresh where day < %(first_kept)s
