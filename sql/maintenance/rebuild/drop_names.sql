-- Rebuild and forget: drop the names that no event of a day has any more. Whether the day's lists are closed
-- stays.
delete from telemetry.day_names as n
where n.day = %(day)s and n.value <> '(other)'
  and not exists (
      select from telemetry.day_values as v
      where (v.day, v.dimension, v.value) = (n.day, n.dimension, n.value)
  )
