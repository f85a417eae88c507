-- Housekeeper: note from which day on the rollups are kept, for verify and rebuild.
select telemetry.note_first_kept(%(first_kept)s)
