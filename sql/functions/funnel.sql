-- For the notebooks.

-- How many steps of a funnel a visitor's events reach, in order of time: a step counts once the one
-- before it is done. Taking the earliest matching event is never worse than taking a later one.
create or replace function telemetry.next_step(reached integer, evt text, steps text[]) returns integer
language sql immutable as $$
    select case when evt = steps[reached + 1] then reached + 1 else reached end
$$;

create or replace aggregate telemetry.steps_reached(evt text, steps text[]) (
    sfunc = telemetry.next_step,
    stype = integer,
    initcond = '0'
);
