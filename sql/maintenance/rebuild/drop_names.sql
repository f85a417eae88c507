-- Rebuild and forget: drop the names that no event of a day has any more. A closed list stays closed.
delete from telemetry.day_names as n
where n.day = %(day)s and n.value <> '(other)'
  and not exists (
      select from telemetry.day_values as v
      where (v.day, v.dimension, v.value) = (n.day, n.dimension, n.value)
  )
