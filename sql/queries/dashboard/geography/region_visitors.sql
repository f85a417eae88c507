-- The dashboard's geography: events and distinct visitors of one country's regions, by their ISO 3166-2
-- code; who moved counts for each. What no region is known of is not among them. No rollup knows who
-- was where, so that this reads the events; regions.sql counts them faster.
select region, events, visitors
from (
    select country || '-' || region as region, count(*) as events, count(distinct anon) as visitors
    from fragments.events as e
    where country = %(country)s and region is not null
    group by 1
) as regions
order by visitors desc, events desc, region collate "C"
