-- Migration: whether runs were counted, but by none of the names that they should have.
select
    exists (select from telemetry.days where started + completed > 0)
    and not exists (
        select from telemetry.day_values
        where dimension = 'evt'
          and value in (
              %(run_events)s || '.started', %(run_events)s || '.completed', %(run_events)s || '.error'
          )
    )
