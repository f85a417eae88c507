-- Forget: how many log folders beside this one feed the database.
select count(distinct server) from telemetry.log_files where server is distinct from %(server)s
