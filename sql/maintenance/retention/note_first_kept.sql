-- Housekeeper: record the first day whose rollups are kept, for verify and rebuild.
select telemetry.note_first_kept(%(first_kept)s)
