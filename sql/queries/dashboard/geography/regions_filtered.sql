-- The dashboard's geography: events of one country's regions, by ISO 3166-2 code, under a filter.
select region, events
from (
    select country || '-' || region as region, count(*) as events
    from fragments.events as e
    where country = %(country)s and region is not null
    group by 1
) as regions
order by events desc, region collate "C"
