-- Loader: the same in the values of this load.
update fresh_values set value = '(other)'
where (day, dimension, value) in (select * from fresh_refused)
