-- For the notebooks.

-- How many steps of a funnel a visitor's events reach, taken in the order of time: the next step counts
-- once the one before is done. The earliest event that will do is never worse than a later one.
create or replace function telemetry.next_step(reached integer, evt text, steps text[]) returns integer
language sql immutable as $$
    select case when evt = steps[reached + 1] then reached + 1 else reached end
$$;

create or replace aggregate telemetry.steps_reached(evt text, steps text[]) (
    sfunc = telemetry.next_step,
    stype = integer,
    initcond = '0'
);
