"""When `minigem forget` does not even begin."""

from __future__ import annotations

import os
from pathlib import Path

import psycopg

from ingest_api.commands.import_events.target import lock_imports
from tests.ingest_api.commands.forget.tables import rows
from tests.ingest_api.commands.forget.test_command import ME, run, server
from tests.server import RunningServer

__all__ = ["server"]


def test_without_the_salt_or_beside_an_import_nothing_is_done(
    server: RunningServer, tmp_path: Path
) -> None:
    code, _, told = run(server, "--anon", ME, YEARLY_SALT="")
    assert code == 2
    assert "there is no salt" in told
    assert not (server.data / "salt").exists()
    lock = lock_imports(server.data)
    assert "another import or forget is using" in run(server, "--anon", ME)[2]
    os.close(lock)
    assert "has 1 to 128 characters" in run(server, "--anon", "")[2]


def test_without_the_settings_no_empty_database_is_made_and_searched(
    server: RunningServer, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    for option in ((), ("--dry-run",)):
        code, said, told = run(
            server, "--anon", ME, *option, DATABASE_URL="", DATA_DIR=str(elsewhere)
        )
        assert (code, said) == (2, "")
        assert told.startswith(f"Nothing was removed: there is no database in {elsewhere}: ")
        assert "DATABASE_URL or DATA_DIR" in told
        assert "set -a; . ./.env" in told
        assert not elsewhere.exists()


def test_a_dry_run_does_not_bring_a_database_up_to_date(
    server: RunningServer, database: str
) -> None:
    server.settle()
    server.stop()
    last = "(select max(name) from telemetry.migrations)"
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(f"delete from telemetry.migrations where name = {last}".encode())
        applied = rows(connection, "select name from telemetry.migrations order by name")
        code, _, told = run(server, "--anon", ME, "--dry-run")
        assert code == 2
        assert "from another version" in told
        assert rows(connection, "select name from telemetry.migrations order by name") == applied
