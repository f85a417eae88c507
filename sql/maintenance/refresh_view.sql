-- Refresher: refresh one view while others read it. The function runs with the owner's rights.
select telemetry.refresh_view(%(view)s)
