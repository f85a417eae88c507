-- GET /dbhealth: the database's name, and PostgreSQL's version text.
select current_database(), version()
