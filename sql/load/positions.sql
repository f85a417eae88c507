-- Loader: how far each of a server's log files is loaded, and whether it is settled.
select name, position, settled_at is not null from telemetry.log_files where server = %(server)s
