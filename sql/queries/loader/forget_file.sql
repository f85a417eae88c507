-- Housekeeper: forget a log file that was deleted.
delete from telemetry.log_files where server = %(server)s and name = %(name)s
