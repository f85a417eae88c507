-- Housekeeper: note, in a commit that is on disk before it returns, that a file is loaded whole. All
-- loads before it are on disk then too.
update telemetry.log_files set settled_at = coalesce(settled_at, now())
where server = %(server)s and name = %(name)s and position >= %(size)s
returning name
