-- The obvious way: its indexes.
create index on events (t);
create index on events (evt);
create index on events (country);
create index on events (os);
create index on events (ext);
create index on events (vscode);
create index on events (anon);
create index on events (session_id)
