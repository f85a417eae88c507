-- Forget: count a visitor's rows in each table.
select name, visitor_rows from telemetry.count_visitor(%(visitor)s)
