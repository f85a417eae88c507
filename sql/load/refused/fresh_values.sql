-- Loader: do the same in this load's values.
update fresh_values set value = '(other)'
where (day, dimension, value) in (select * from fresh_refused)
