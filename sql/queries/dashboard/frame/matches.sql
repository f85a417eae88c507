-- The dashboard's frame: whether any event of the window matches the filter.
select case when exists (
    select 1 from fragments.visits as v
) then 1 else 0 end as matches
