-- Forget: how many rows each table has of a visitor.
select name, visitor_rows from telemetry.count_visitor(%(visitor)s)
