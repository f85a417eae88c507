"""What an import says when it can't be done: one line, an exit code, and no password."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import pytest

from ingest_api.commands.import_events.command import main
from tests.ingest_api.commands.import_events.databases import OldDatabase


def failure(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Run a command that can't start, and return the line that it says."""
    assert main(arguments, os.environ) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "hunter2" not in said.err
    *before, line = said.err.splitlines()
    assert all(earlier.startswith("Copying into the ") for earlier in before)
    return line


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://user:hunter2@127.0.0.1:1/old",
        "postgresql://user:hunter2@127.0.0.1:port/old",
        "postgresql://user:hunter2@/old?no_such_option=1",
        "postgresql://user:hunter2/x@127.0.0.1/old",
        "postgresql://user:x@hunter2@127.0.0.1/old",
        "host=127.0.0.1 password='hunter2",
        "hunter2",
    ],
)
def test_an_unreachable_source_is_reported_without_the_password(
    data: Path, capsys: pytest.CaptureFixture[str], url: str
) -> None:
    line = failure(capsys, "--from", url)
    assert "--from" in line or "the old database can't be reached" in line
    assert not data.exists()


def test_a_missing_or_foreign_table_is_reported(
    old: OldDatabase, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "no table absent; name it with --table" in failure(
        capsys, "--from", old.conninfo, "--table", "absent"
    )
    assert "no table absent.telemetry_events" in failure(
        capsys, "--from", old.conninfo, "--table", "absent.telemetry_events"
    )
    old.execute("create table other (t timestamptz, evt text)")
    assert "other has no column anon" in failure(capsys, "--from", old.conninfo, "--table", "other")
    assert not data.exists()


def test_an_unreadable_table_is_reported(
    old: OldDatabase, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old.execute("create role nobody_much login")
    try:
        line = failure(capsys, "--from", f"{old.conninfo} user=nobody_much")
    finally:
        old.execute("drop role nobody_much")
    assert "permission denied for table telemetry_events" in line


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("DATABASE_URL", "hunter2", "DATABASE_URL is not a PostgreSQL connection string"),
        ("DATABASE_URL", "host=/nonexistent password=hunter2", "the database can't be used"),
        ("DATA_DIR", "/dev/null/data", "DATA_DIR /dev/null/data can't be used"),
        ("YEARLY_SALT", "jwc-2025-salt", "YEARLY_SALT"),
    ],
)
def test_an_unusable_target_is_reported(
    old: OldDatabase, data: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, told: str,
) -> None:  # fmt: skip
    monkeypatch.setenv(variable, value)
    assert told in failure(capsys, "--from", old.conninfo)


def test_a_salt_that_is_not_the_servers_is_refused(
    old: OldDatabase,
    data: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    old.add_runs(10)
    monkeypatch.delenv("YEARLY_SALT")
    assert main(["--from", old.conninfo], os.environ) == 0
    capsys.readouterr()
    monkeypatch.setenv("DATA_DIR", str(data / "elsewhere"))
    line = failure(capsys, "--from", old.conninfo)
    assert "set DATA_DIR or YEARLY_SALT to the server's value" in line
    assert not (data / "elsewhere" / "salt").exists()


def test_a_second_import_beside_the_first_is_refused(
    old: OldDatabase, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data.mkdir()
    held = os.open(data, os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
    try:
        assert "another import or forget is using" in failure(capsys, "--from", old.conninfo)
    finally:
        os.close(held)
