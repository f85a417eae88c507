-- Forget: how many other log folders feed the database.
select count(distinct server) from telemetry.log_files where server is distinct from %(server)s
