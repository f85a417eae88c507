-- Housekeeper: forget a log file that was deleted; whether the database has it whole. No row: nothing of it.
delete from telemetry.log_files where server = %(server)s and name = %(name)s
returning settled_at is not null
