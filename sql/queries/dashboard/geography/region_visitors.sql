-- The dashboard's geography: events and distinct visitors of one country's regions, by ISO 3166-2 code.
-- A visitor seen in two regions counts in both; events without a known region are left out. No rollup
-- has visitors by region, so this reads the events; regions.sql counts events faster.
select region, events, visitors
from (
    select country || '-' || region as region, count(*) as events, count(distinct anon) as visitors
    from fragments.events as e
    where country = %(country)s and region is not null
    group by 1
) as regions
order by visitors desc, events desc, region collate "C"
