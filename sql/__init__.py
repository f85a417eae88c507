"""The SQL of the project, and the way to the database that runs it."""
