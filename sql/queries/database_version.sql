-- GET /dbhealth: the database's name, and PostgreSQL's own text about its version.
select current_database(), version()
