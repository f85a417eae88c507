-- Housekeeper: forget a server's log files that were loaded whole before a time and are gone.
delete from telemetry.log_files
where server = %(server)s and settled_at is not null
  and updated_at < %(before)s and name <> all(%(present)s)
