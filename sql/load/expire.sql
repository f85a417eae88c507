-- Loader, with RETENTION_DAYS: leave out what is too old, so that it makes no dropped day anew.
delete from fresh where day < %(first_kept)s
