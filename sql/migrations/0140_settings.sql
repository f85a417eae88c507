-- What the rollups of this database are made with. One row.
create table telemetry.settings (
    only_row boolean primary key default true check (only_row),
    run_events text not null, -- start of the run events' names
    rebuilt_before date, -- later days still have the rollups of another run_events; null: none has
    first_kept date -- RETENTION_DAYS has deleted the rollups of the days before; null: never
);

-- who migrates says what the run events are called
insert into telemetry.settings (run_events, first_kept)
select
    current_setting('telemetry.run_events'),
    case when least(
        (select (min(t) at time zone 'UTC')::date from telemetry.events),
        (select min(first_day) from telemetry.visitors)
    ) < min(day) then min(day) end
from telemetry.days;

-- Note from which day on the rollups are kept. Only the owner may, so it is done in the owner's name.
create function telemetry.note_first_kept(first_kept date) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
    update telemetry.settings as s
    set first_kept = greatest(s.first_kept, telemetry.first_kept_by_now(note_first_kept.first_kept))
$$;

revoke execute on function telemetry.note_first_kept(date) from public;

do $$
begin
    if exists (select from pg_roles where rolname = 'telemetry_ingest') then
        grant execute on function telemetry.note_first_kept(date) to telemetry_ingest;
    end if;
end $$;
