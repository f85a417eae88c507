-- Loader: count this load's refused names as `(other)`. The events themselves are already stored and
-- keep their names.
update fresh set
    os = case when (day, 'os', os) in (select * from fresh_refused) then '(other)' else os end,
    ext = case when (day, 'ext', ext) in (select * from fresh_refused) then '(other)' else ext end,
    out_bytes_bucket = case
        when (day, 'output', coalesce(out_bytes_bucket, '-')) in (select * from fresh_refused)
            then '(other)'
        else out_bytes_bucket end,
    exception_hash = case
        when (day, 'exception', coalesce(exception_hash, '')) in (select * from fresh_refused)
            then '(other)'
        else exception_hash end
where day in (select day from fresh_refused)
