-- GET /stats: sessions seen in the last ten minutes that have not completed; and whether others may
-- have been, whose last_at is still to come: those are counted by sessions/active_ahead, since to plan
-- a question to all partitions takes longer than this.
with ahead as materialized (
    select 1 from telemetry.session_days where last_at > %(now)s and first_at <= %(now)s limit 1
),
seen as materialized (
    select count(*) as sessions
    from (
        select distinct anon, session_id
        from telemetry.session_days
        where last_at between %(now)s - interval '10 minutes' and %(now)s
    ) as seen
    where not exists (
        select 1 from telemetry.session_days as o
        where (o.anon, o.session_id) = (seen.anon, seen.session_id) and o.completed_at is not null
    )
)
select sessions, exists (select 1 from ahead) as are_ahead from seen
