-- Housekeeper: delete the rows of a server's log files that were settled before a time and are gone.
delete from telemetry.log_files
where server = %(server)s and settled_at is not null
  and updated_at < %(before)s and name <> all(%(present)s)
