-- The dashboard's explorer, with K_ANONYMITY: distinct visitors behind each row of number_days.
with visits as materialized (
    select distinct day, anon
    from telemetry.explored(
        %(first)s, %(last)s, %(countries)s, %(systems)s, %(versions)s, %(hosts)s, %(event)s,
        %(path)s, %(only_path)s, %(only_value)s, %(most)s
    )
    where jsonb_typeof(value) = 'number'
)
select day, count(*) as visitors from visits group by day
union all
select null, count(distinct anon) from visits
