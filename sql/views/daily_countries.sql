-- Each day's events and visitors by country. For users who query the database directly.
create materialized view telemetry.daily_countries as
select
    v.day, v.value as country, coalesce(c.name, 'Unknown') as name,
    coalesce(c.continent, 'Unknown') as continent, v.events, v.visitors
from telemetry.day_values as v left join telemetry.countries as c on c.code = v.value
where v.dimension = 'country';

create unique index on telemetry.daily_countries (day, country);
