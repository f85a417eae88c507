-- Housekeeper: record that a file is fully loaded, in a commit that is on disk before it returns. All
-- earlier loads are then on disk too.
update telemetry.log_files set settled_at = coalesce(settled_at, now())
where server = %(server)s and name = %(name)s and position >= %(size)s
returning name
