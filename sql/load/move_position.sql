-- Loader: record how far a log file is loaded, in the transaction that loads it.
insert into telemetry.log_files as f (server, name, position, loaded, rejected)
values (%(server)s, %(name)s, %(position)s, %(loaded)s, %(rejected)s)
on conflict (server, name) do update set
    position = excluded.position,
    loaded = f.loaded + excluded.loaded,
    rejected = f.rejected + excluded.rejected,
    updated_at = now()
