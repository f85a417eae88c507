-- GET /stats: sessions seen in the last ten minutes that have not completed; and whether there may be
-- others, whose last_at is in the future. stats/sessions_active_ahead counts those: planning a query
-- over all partitions takes longer than this one.
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
