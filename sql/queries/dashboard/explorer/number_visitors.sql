-- The dashboard's explorer, with K_ANONYMITY: distinct visitors behind each row of number_days.
with visits as materialized (
    select distinct day, anon
    from fragments.explored as e
    where jsonb_typeof(value) = 'number'
)
select day, count(*) as visitors from visits group by day
union all
select null, count(distinct anon) from visits
