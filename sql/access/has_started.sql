-- Roles: whether a server has been here, and so has made the roles where it could.
select to_regclass('telemetry.views') is not null
