-- Forget: delete what the tables beside events still hold of a visitor.
select telemetry.clear_visitor(%(visitor)s)
