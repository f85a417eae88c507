-- Refresher: one view anew, while others read it. The function is the owner's: see migration 0030.
select telemetry.refresh_view(%(view)s)
