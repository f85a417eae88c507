-- Import: forget the files of its private log folder, which goes with them.
delete from telemetry.log_files where server = %(server)s
