-- Forget: delete a visitor's events of a day.
delete from telemetry.events
where anon = %(visitor)s
  and t >= %(day)s::timestamp at time zone 'UTC'
  and t < (%(day)s::date + 1)::timestamp at time zone 'UTC'
