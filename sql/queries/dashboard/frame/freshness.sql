-- The dashboard's frame: when events were last loaded (null: never), the days with events, and the
-- prefix of the run events' names. Days in the future, or longer ago than a window can reach, come from
-- wrong clocks: they count only if there are no others.
select
    f.loaded_at, coalesce(v.first_day, v.oldest) as first_day, coalesce(v.last_day, v.newest) as last_day,
    s.run_events
from
    telemetry.freshness as f, telemetry.settings as s,
    (
        select
            min(day) as oldest, max(day) as newest,
            min(day) filter (where day between today - 3659 and today) as first_day,
            max(day) filter (where day between today - 3659 and today) as last_day
        from telemetry.days, (select (now() at time zone 'UTC')::date as today) as clock
    ) as v
