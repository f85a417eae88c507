-- Loader: each visitor's days.
insert into telemetry.visitor_days as v
select * from fresh_visitors
on conflict (day, anon, country, os, ext, vscode) do update set
    hours = v.hours | excluded.hours,
    events = v.events + excluded.events,
    started = v.started + excluded.started,
    completed = v.completed + excluded.completed,
    compile_errors = v.compile_errors + excluded.compile_errors,
    runtime_errors = v.runtime_errors + excluded.runtime_errors
