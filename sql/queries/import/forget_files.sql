-- Import: delete the rows of the files in its private log folder, which is deleted with them.
delete from telemetry.log_files where server = %(server)s
