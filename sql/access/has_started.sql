-- Roles: whether a server has started on this database, and so created the roles if it could.
select to_regclass('telemetry.views') is not null
