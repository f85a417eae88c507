-- Loader: drop what is stored already (see stored), or twice in this load. That is rare, and inserting
-- with "on conflict do nothing" would cost every load half as much again.
delete from fresh
where
    ctid in (
        select ctid
        from (select ctid, row_number() over (partition by t, anon, id) as nth from fresh) as numbered
        where nth > 1
    )
    or (t, anon, id) in (select t, anon, id from fresh_stored)
