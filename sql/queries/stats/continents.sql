-- GET /stats: the continent of each country.
select code, continent from telemetry.countries
