-- These queries and expressions are text of the statements now (`fragments/`), which thus say themselves
-- which tables they read.
drop function telemetry.visits_between;
drop function telemetry.durations_between;
drop function telemetry.exceptions_between;
drop function telemetry.newcomers_between;
drop function telemetry.visitors_between;
drop function telemetry.explored;
drop function telemetry.events_between;
drop function telemetry.newest_sessions;
drop function telemetry.session_between;
drop function telemetry.property;
drop function telemetry.properties;
