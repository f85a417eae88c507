-- What a window of days holds under a filter: null is no filter. All are inlined into the query that
-- calls them, so that the branches and the partitions that it does not need are never touched.

-- The visits of a window, at the grain of visitor_days; of one event's name, from the events.
create function telemetry.visits_between(
    first date, last date,
    countries text[], systems text[], versions text[], hosts text[], event text, run_events text
) returns table (
    day date, anon uuid, country text, os text, ext text, vscode text,
    hours integer, events bigint, started bigint, completed bigint,
    compile_errors bigint, runtime_errors bigint
)
language sql stable as $$
    select
        v.day, v.anon, v.country, v.os, v.ext, v.vscode, v.hours,
        v.events::bigint, v.started::bigint, v.completed::bigint,
        v.compile_errors::bigint, v.runtime_errors::bigint
    from telemetry.visitor_days as v
    where event is null
      and v.day between first and last
      and (countries is null or v.country = any (countries))
      and (systems is null or v.os = any (systems))
      and (versions is null or v.ext = any (versions))
      and (hosts is null or v.vscode = any (hosts))
    union all
    select
        (e.t at time zone 'UTC')::date, e.anon, coalesce(e.country, 'Unknown'), e.os, e.ext, e.vscode,
        bit_or(1 << extract(hour from e.t at time zone 'UTC')::integer),
        count(*),
        count(*) filter (where e.evt = run_events || '.started'),
        count(*) filter (where e.evt = run_events || '.completed'),
        count(*) filter (
            where e.evt = run_events || '.error' and e.error_phase is not distinct from 'compile'
        ),
        count(*) filter (
            where e.evt = run_events || '.error' and e.error_phase is distinct from 'compile'
        )
    from telemetry.events as e
    where e.evt = event
      and e.t >= first::timestamp at time zone 'UTC'
      and e.t < (last + 1)::timestamp at time zone 'UTC'
      and (countries is null or coalesce(e.country, 'Unknown') = any (countries))
      and (systems is null or e.os = any (systems))
      and (versions is null or e.ext = any (versions))
      and (hosts is null or e.vscode = any (hosts))
    group by 1, 2, 3, 4, 5, 6
$$;

-- The events of a window, for what no rollup holds.
create function telemetry.events_between(
    first date, last date,
    countries text[], systems text[], versions text[], hosts text[], event text
) returns setof telemetry.events
language sql stable as $$
    select e.*
    from telemetry.events as e
    where e.t >= first::timestamp at time zone 'UTC'
      and e.t < (last + 1)::timestamp at time zone 'UTC'
      and (countries is null or coalesce(e.country, 'Unknown') = any (countries))
      and (systems is null or e.os = any (systems))
      and (versions is null or e.ext = any (versions))
      and (hosts is null or e.vscode = any (hosts))
      and (event is null or e.evt = event)
$$;

-- Durations of completed runs. Without a filter the version is told (else null) where `by_version`
-- asks for it, since that takes a rollup with many more rows.
create function telemetry.durations_between(
    first date, last date,
    countries text[], systems text[], versions text[], hosts text[], event text, run_events text,
    by_version boolean
) returns table (day date, ext text, bucket smallint, runs bigint)
language sql stable as $$
    select d.day, null, d.bucket, d.runs
    from telemetry.day_durations as d
    where countries is null and systems is null and hosts is null and event is null
      and versions is null and not by_version
      and d.day between first and last
    union all
    select d.day, d.ext, d.bucket, d.runs
    from telemetry.day_version_durations as d
    where countries is null and systems is null and hosts is null and event is null
      and (versions is not null or by_version)
      and d.day between first and last
      and (versions is null or d.ext = any (versions))
    union all
    select
        (e.t at time zone 'UTC')::date, e.ext, telemetry.duration_bucket(e.duration_ms), count(*)
    from telemetry.events_between(first, last, countries, systems, versions, hosts, event) as e
    where not (countries is null and systems is null and hosts is null and event is null)
      and e.evt = run_events || '.completed' and e.duration_ms is not null
    group by 1, 2, 3
$$;

-- Exceptions, by phase, system and version.
create function telemetry.exceptions_between(
    first date, last date,
    countries text[], systems text[], versions text[], hosts text[], event text, run_events text
) returns table (day date, exception text, phase text, os text, ext text, errors bigint)
language sql stable as $$
    select x.day, x.exception_hash, x.phase, x.os, x.ext, x.errors
    from telemetry.day_exceptions as x
    where countries is null and hosts is null and event is null
      and x.day between first and last
      and (systems is null or x.os = any (systems))
      and (versions is null or x.ext = any (versions))
    union all
    select
        (e.t at time zone 'UTC')::date, e.exception_hash,
        case e.error_phase when 'compile' then 'compile' else 'runtime' end, e.os, e.ext, count(*)
    from telemetry.events_between(first, last, countries, systems, versions, hosts, event) as e
    where not (countries is null and hosts is null and event is null)
      and e.evt = run_events || '.error' and e.exception_hash is not null
    group by 1, 2, 3, 4, 5
$$;

-- Who was there in a window: some rows for each visitor and country.
create function telemetry.visitors_between(first date, last date)
returns table (anon uuid, country text)
language sql stable as $$
    with years as materialized (
        select year, telemetry.day_bits(year, first, last) as days
        from generate_series(extract(year from first)::integer, extract(year from last)::integer) as year
    )
    select v.anon, v.country
    from telemetry.visitor_years as v join years using (year)
    where (select telemetry.years_are_fewer(first, last)) and v.days & years.days <> 0::bit(366)
    union all
    select v.anon, v.country
    from telemetry.visitor_days as v
    where not (select telemetry.years_are_fewer(first, last)) and v.day between first and last
$$;

-- Who was new from first_week, a Monday, to last, as what, and in which weeks they came: the k-th week
-- after that of the first visit is bit 7 * k of weeks; 57 weeks fit. The filters are about the first
-- visit; of one event's name, weeks without that event do not count.
create function telemetry.newcomers_between(
    first_week date, last date,
    countries text[], systems text[], versions text[], hosts text[], event text
) returns table (
    anon uuid, cohort date, country text, os text, ext text, vscode text, weeks bit
)
language sql stable as $$
    select
        new.anon, new.cohort, new.country, new.os, new.ext, new.vscode,
        -- to each day the six after it: the first day of a week then stands for it
        coalesce(
            (new.three | (new.three << 3) | (new.days << 6)) << (new.cohort - first_week), 0::bit(399)
        )
    from (
        select
            v.anon, v.first_day - (extract(isodow from v.first_day)::integer - 1) as cohort,
            v.country, v.os, v.ext, v.vscode, came.days,
            came.days | (came.days << 1) | (came.days << 2) as three
        from telemetry.visitors as v
        left join (
            select days.anon, bit_or(days.days) as days
            from (
                select
                    y.anon,
                    (y.days & telemetry.day_bits(y.year, first_week, last))::bit(399)
                        >> (make_date(y.year, 1, 1) - first_week) as days
                from telemetry.visitor_years as y
                where event is null
                  and y.year between extract(year from first_week) and extract(year from last)
                union all
                select
                    e.anon,
                    1::bit(399) << (398 - ((e.t at time zone 'UTC')::date - first_week))
                from telemetry.events as e
                where e.evt = event
                  and e.t >= first_week::timestamp at time zone 'UTC'
                  and e.t < (last + 1)::timestamp at time zone 'UTC'
            ) as days
            group by days.anon
        ) as came on came.anon = v.anon
        where v.first_day between first_week and last
          and (countries is null or v.country = any (countries))
          and (systems is null or v.os = any (systems))
          and (versions is null or v.ext = any (versions))
          and (hosts is null or v.vscode = any (hosts))
    ) as new
$$;

-- The newest events of a window under a filter, at most so many, with a property of each. Where
-- only_path is given, those whose property there is only_value, as text.
create function telemetry.explored(
    first date, last date,
    countries text[], systems text[], versions text[], hosts text[], event text,
    path text[], only_path text[], only_value text, most integer
) returns table (t timestamptz, day date, anon uuid, value jsonb)
language sql stable as $$
    select e.t, (e.t at time zone 'UTC')::date, e.anon, telemetry.property(e, path)
    from telemetry.events_between(first, last, countries, systems, versions, hosts, event) as e
    where only_path is null or telemetry.property_text(telemetry.property(e, only_path)) = only_value
    order by e.t desc
    limit most
$$;

-- The 100 sessions with the newest event in the window, as the window saw them.
create function telemetry.newest_sessions(first date, last date)
returns table (anon uuid, session_id uuid, last_at timestamptz)
language sql stable as $$
    select s.anon, s.session_id, s.last_at
    from telemetry.session_days as s
    where s.last_at >= first::timestamp at time zone 'UTC'
      and s.last_at < (last + 1)::timestamp at time zone 'UTC'
      and not exists (
          select from telemetry.session_days as later
          where (later.anon, later.session_id) = (s.anon, s.session_id)
            and later.day > s.day and later.day <= last
      )
    order by s.last_at desc, s.anon, s.session_id
    limit 100
$$;

-- One session, with its newest completed run.
create function telemetry.session_between(visitor uuid, session uuid, first date, last date)
returns table (
    started_at timestamptz, events bigint, completed boolean,
    exit_code integer, duration_ms integer, interactive boolean
)
language sql stable as $$
    select
        o.started_at, o.events, o.completed, run.exit_code, run.duration_ms,
        coalesce(run.interactive, false)
    from (
        select
            min(s.first_at) as started_at, sum(s.events)::bigint as events,
            count(s.completed_at) > 0 as completed
        from telemetry.session_days as s
        where (s.anon, s.session_id) = (visitor, session) and s.day between first and last
    ) as o
    left join lateral (
        select s.exit_code, s.duration_ms, s.interactive
        from telemetry.session_days as s
        where (s.anon, s.session_id) = (visitor, session) and s.day between first and last
          and s.completed_at is not null
        order by s.completed_at desc
        limit 1
    ) as run on true
$$;
