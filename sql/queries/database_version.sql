-- GET /dbhealth: the database's name and version.
select current_database(), current_setting('server_version')
