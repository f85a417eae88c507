-- Loader: drop what is there already, or twice in this load. That is rare, and inserting with
-- "on conflict do nothing" would cost every load half as much again.
delete from fresh
where
    ctid in (
        select ctid
        from (select ctid, row_number() over (partition by t, anon, id) as nth from fresh) as numbered
        where nth > 1
    )
    or exists (
        select from telemetry.events as e
        where (e.t, e.anon, e.id) = (fresh.t, fresh.anon, fresh.id)
    )
