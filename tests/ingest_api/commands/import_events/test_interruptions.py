"""Whichever process is killed on the way, every row ends up stored once."""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path

import psutil
import psycopg
import pytest

from ingest_api.commands.import_events.command import main
from ingest_api.loading.transaction import LOAD_LOCK
from sql.embedded import server as embedded
from tests.ingest_api.commands.import_events.conftest import Start
from tests.ingest_api.commands.import_events.databases import (
    OldDatabase,
    contents,
    first_row,
    new_database,
)
from tests.server import wait_until

# as a crash of the database would: what was committed last, asynchronously, is gone
LOSE_ONCE = b"""
create table told (settled boolean);
create function lose() returns trigger language plpgsql security definer as $$ begin
    if new.settled_at is null or exists (select from told) then
        return new;
    end if;
    insert into told values (true);
    truncate telemetry.events, telemetry.days, telemetry.hours, telemetry.day_values,
        telemetry.day_histograms, telemetry.day_top_runs, telemetry.visitor_days,
        telemetry.visitor_years, telemetry.session_days;
    delete from telemetry.log_files;
    return null;
end $$;
create trigger lose before update on telemetry.log_files for each row execute function lose()
"""
EVENTS = "select count(*) from telemetry.events"
DAYS = "select sum(events)::int from telemetry.days"
LOADERS = (
    "select count(*) from pg_stat_activity"
    " where datname = current_database() and application_name = 'telemetry loader'"
)
ROWS, NOTE = 4000, 5000  # several transactions


class Gate:
    """Lets the loader's transactions through, one at a time."""

    def __init__(self, database: str) -> None:
        self.connection = psycopg.connect(database, autocommit=True)
        self._close()

    def wait_for_import(self) -> None:
        """Wait until a transaction stands before the gate."""
        waiting = b"select true from pg_locks where locktype = 'advisory' and not granted"
        wait_until(lambda: self.connection.execute(waiting).fetchone(), "the import to wait")

    def let_one_through(self) -> None:
        """Let the transaction that waits pass, and return when it has committed."""
        self.open()
        self._close()

    def open(self) -> None:
        """Let all through."""
        self.connection.execute("select pg_advisory_unlock(%s)", [LOAD_LOCK])

    def _close(self) -> None:
        self.connection.execute("select pg_advisory_lock(%s)", [LOAD_LOCK])


def test_a_killed_import_goes_on_where_it_was(
    old: OldDatabase, data: Path, database: str, cluster: str, start: Start,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    old.add_runs(ROWS, NOTE)
    gate = Gate(database)
    with gate.connection:
        process = start()
        gate.wait_for_import()
        gate.let_one_through()
        gate.wait_for_import()
        process.kill()
        process.wait()
    # what the database was told before, it may still do
    wait_until(lambda: first_row(database, LOADERS) == (0,), "the loader's connections to end")
    left = b"".join(path.read_bytes() for path in data.rglob("*.jsonl"))
    assert b"java.run" in left
    assert b"raw-anon" not in left
    (loaded,) = first_row(database, EVENTS)
    assert 0 < loaded < ROWS
    assert main(["--from", old.conninfo], os.environ) == 0
    assert capsys.readouterr().out == (
        f"{ROWS - loaded:,} events copied, {loaded:,} were already stored, 0 rejected.\n"
    )
    assert list(data.iterdir()) == []
    assert first_row(database, "select count(*) from telemetry.log_files") == (0,)
    with new_database(cluster, "unbroken") as unbroken:
        monkeypatch.setenv("DATABASE_URL", unbroken)
        assert main(["--from", old.conninfo], os.environ) == 0
        assert contents(database) == contents(unbroken)


def test_connections_that_are_cut_cost_nothing(
    old: OldDatabase, database: str, start: Start
) -> None:
    old.add_runs(ROWS, NOTE)
    process = start()
    cut = LOADERS.replace("count(*)", "count(pg_terminate_backend(pid))")
    for _ in range(3):
        wait_until(
            lambda: process.poll() is not None or first_row(database, cut)[0], "a connection to cut"
        )
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    assert first_row(database, EVENTS) == (ROWS,)
    assert first_row(database, DAYS) == (ROWS,)


def test_a_commit_that_the_database_lost_is_made_again(
    old: OldDatabase, data: Path, database: str, connection: psycopg.Connection,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    connection.execute(LOSE_ONCE)
    old.add_runs(500)
    assert main(["--from", old.conninfo], os.environ) == 0
    assert first_row(database, "select count(*) from told") == (1,)
    assert first_row(database, EVENTS) == (500,)
    assert first_row(database, DAYS) == (500,)
    assert capsys.readouterr().out == "500 events copied, 0 were already stored, 0 rejected.\n"


def test_a_database_that_crashes_costs_nothing(old: OldDatabase, data: Path, start: Start) -> None:
    old.add_runs(ROWS, NOTE)
    process = start(DATABASE_URL="")
    folder = data / "postgres"
    try:
        wait_until(lambda: embedded_count(folder, EVENTS), "some events")
        psutil.Process(int((folder / "cluster" / "postmaster.pid").read_text().split()[0])).kill()
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors
        with embedded.start(folder):
            assert embedded_count(folder, EVENTS) == ROWS
            assert embedded_count(folder, DAYS) == ROWS
    finally:
        process.kill()
        process.wait()
        embedded.start(folder).release()


def embedded_count(folder: Path, query: str) -> int:
    """Return a number out of an embedded database, 0 where it can't be asked."""
    with contextlib.suppress(psycopg.Error):
        return int(first_row(embedded.conninfo(folder), query)[0])
    return 0


def test_an_interrupted_import_tidies_up_and_says_how_to_go_on(
    old: OldDatabase, data: Path, database: str, start: Start
) -> None:
    old.add_runs(ROWS, NOTE)
    gate = Gate(database)
    with gate.connection:
        process = start()
        gate.wait_for_import()
        process.send_signal(signal.SIGTERM)
        gate.open()
        out, errors = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    last = errors.splitlines()[-1]
    assert last == "Stopped. Run the same command again to continue: every row is stored once."
    assert "Traceback" not in errors
    assert "ignored" not in errors
    assert list(data.iterdir()) == []


def test_a_source_that_goes_away_stops_the_import_and_it_can_go_on(
    old: OldDatabase, database: str, start: Start
) -> None:
    old.add_runs(ROWS, NOTE)
    gate = Gate(database)
    with gate.connection:
        process = start()
        gate.wait_for_import()
        old.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
        )
        gate.open()
        out, errors = process.communicate(timeout=60)
    assert (process.returncode, out) == (1, "")
    assert "The import stopped: telemetry_events can't be read on: " in errors
    assert "Run the same command again to continue" in errors
    assert "Traceback" not in errors
    assert main(["--from", old.conninfo], os.environ) == 0
    assert first_row(database, EVENTS) == (ROWS,)
