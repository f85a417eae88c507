-- Refresher: one view anew, while others read it. The function works in the owner's name.
select telemetry.refresh_view(%(view)s)
