-- The dashboard's versions: distinct visitors by application version and host version, for the most
-- used of each.
with counted as (
    select ext, vscode, count(distinct anon) as visitors
    from fragments.visits as v
    group by ext, vscode
),
versions as (
    select ext, row_number() over (order by sum(visitors) desc, ext collate "C") as place
    from counted group by ext
),
hosts as (
    select vscode, row_number() over (order by sum(visitors) desc, vscode collate "C") as place
    from counted group by vscode
)
select c.ext as version, c.vscode as host, c.visitors
from counted as c join versions as v using (ext) join hosts as h using (vscode)
where v.place <= %(named)s and h.place <= %(named)s
order by c.visitors desc, c.ext collate "C", c.vscode collate "C"
