-- Durations of a window's completed runs under a filter, in buckets (see telemetry.bucket_ms). Without
-- a filter, the version is null unless `by_version` asks for it: that rollup has many more rows.
select d.day, null::text as ext, d.bucket, d.runs
from telemetry.day_durations as d
where %(countries)s::text[] is null and %(systems)s::text[] is null and %(hosts)s::text[] is null
  and %(event)s::text is null and %(versions)s::text[] is null and not %(by_version)s::boolean
  and d.day between %(first)s::date and %(last)s::date
union all
select d.day, d.ext, d.bucket, d.runs
from telemetry.day_version_durations as d
where %(countries)s::text[] is null and %(systems)s::text[] is null and %(hosts)s::text[] is null
  and %(event)s::text is null and (%(versions)s::text[] is not null or %(by_version)s::boolean)
  and d.day between %(first)s::date and %(last)s::date
  and (%(versions)s::text[] is null or d.ext = any (%(versions)s::text[]))
union all
select (e.t at time zone 'UTC')::date, e.ext, telemetry.duration_bucket(e.duration_ms), count(*)
from fragments.events as e
where not (
    %(countries)s::text[] is null and %(systems)s::text[] is null and %(hosts)s::text[] is null
    and %(event)s::text is null
)
  and e.evt = %(run_events)s || '.completed' and e.duration_ms is not null
group by 1, 2, 3
