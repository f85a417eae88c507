-- Forget: delete a visitor's remaining rows from all tables but events.
select telemetry.clear_visitor(%(visitor)s)
