-- When each visitor was seen first, and as what: the least of the first day's attributes in the order
-- of "C", so that it does not matter in which order events arrive.
create table telemetry.visitors (
    anon uuid primary key,
    first_day date not null,
    country text collate "C" not null,
    os text collate "C" not null,
    ext text collate "C" not null,
    vscode text collate "C" not null
);

create index visitors_first_day on telemetry.visitors (first_day);

insert into telemetry.visitors (anon, first_day, country, os, ext, vscode)
select distinct on (anon) anon, day, country, os, ext, vscode
from telemetry.visitor_days
order by anon, day, country collate "C", os collate "C", ext collate "C", vscode collate "C";
