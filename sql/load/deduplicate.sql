-- Loader: drop events that are stored already (see stored) or appear twice in this load. They are rare,
-- and inserting with "on conflict do nothing" would make every load take half as long again.
delete from fresh
where
    ctid in (
        select ctid
        from (select ctid, row_number() over (partition by t, anon, id) as nth from fresh) as numbered
        where nth > 1
    )
    or (t, anon, id) in (select t, anon, id from fresh_stored)
