"""What this product stored, version 0.1 too, is copied as it is: each event once, hashes kept."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest

from ingest_api.commands.import_events.command import main
from ingest_api.commands.import_events.rows import RejectedRowError
from ingest_api.commands.import_events.stored import StoredConverter
from ingest_api.events.anonymise import Anonymiser
from ingest_api.events.contract import LogLine
from tests.ingest_api.commands.import_events.databases import (
    contents,
    first_row,
    make_0_1,
    new_database,
)
from tests.ingest_api.loading.test_rollups import load

RAW = "ada@example.org"
anonymiser = Anonymiser("a secret of the tests")
VISITORS = [uuid.UUID(anonymiser.visitor(name)) for name in ("v", "w")]
TIMES = ("2026-03-01T12:00:00.125Z", "2026-01-31T23:59:59.999Z", "1971-05-05T05:05:05Z")
IN_M: list[dict[str, Any] | None] = [
    None, {"a": 1}, {"sessionId": RAW}, {"sessionId": f"{RAW} else", "a": 1}, {"sessionId": 5},
    {"durationMs": 12.5, "big": 10**30, "deep": {"of": [1.5, None, "\u00e4\n"]}},
    {"sessionId": [RAW]}, {"sessionId": None}, {"exit": "no number", "none": None},
]  # fmt: skip
ROWS = """
    select t, id, anon, duration_ms, wait_ms_total, exit_code, scanner_usage, truncated_output,
        evt, os, ext, vscode, country, region, out_bytes_bucket, error_phase, exception_hash,
        nullif(m - 'sessionId', '{}'), session_id
    from telemetry.events order by id
"""


@pytest.fixture
def old(cluster: str) -> Iterator[psycopg.Connection]:
    """A database of version 0.1: two visitors with sessions of the same ids."""
    with (
        new_database(cluster, "version_0_1") as conninfo,
        psycopg.connect(conninfo, autocommit=True) as connection,
    ):
        make_0_1(connection)
        number = 0
        for visitor in VISITORS:
            for t in TIMES:
                for session in (RAW, None):
                    for m in IN_M:
                        number += 1
                        row = (
                            t, number, visitor, 12, 7, number % 3 or None, number % 2 == 0,
                            "java.run.completed", "Linux", "1.0", "1.90", "DE", session,
                            None if m is None else json.dumps(m),
                        )  # fmt: skip
                        connection.execute(
                            "insert into telemetry.events (t, id, anon, duration_ms,"
                            " wait_ms_total, exit_code, scanner_usage, evt, os, ext, vscode,"
                            " country, session_id, m)"
                            " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
                            row,
                        )
        yield connection


@pytest.fixture
def data(tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder; the environment is that of a server on `database`."""
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("DATABASE_URL", database)
    monkeypatch.setenv("YEARLY_SALT", "a secret of the tests")
    return tmp_path / "data"


def rows(database: str) -> list[Any]:
    with psycopg.connect(database) as connection:
        return connection.execute(ROWS.encode()).fetchall()


def hashed(visitor: uuid.UUID, session: Any) -> uuid.UUID:
    return uuid.UUID(anonymiser.session(visitor.hex, str(session)))


def test_events_of_0_1_are_copied_once_and_only_their_sessions_are_hashed(
    old: psycopg.Connection, data: Path, database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    count = 2 * len(TIMES) * 2 * len(IN_M)
    from_old = ["--from", old.info.dsn]
    assert main([*from_old, "--dry-run"], os.environ) == 0
    assert f"Of {count} rows {count} can be copied, 0 rejected." in capsys.readouterr().out
    for said in (f"{count} events copied, 0 were", f"0 events copied, {count} were already stored"):
        assert main(from_old, os.environ) == 0
        assert said in capsys.readouterr().out
    before, after = rows(old.info.dsn), rows(database)
    assert [row[:-1] for row in after] == [row[:-1] for row in before]
    in_m = [m.get("sessionId") if m else None for m in IN_M] * (count // len(IN_M))
    expected = [
        hashed(anon, session or alone)
        if session or (alone and isinstance(alone, str | int))
        else None
        for (_, _, anon, *_, session), alone in zip(before, in_m, strict=True)
    ]
    assert [row[-1] for row in after] == expected
    assert len(set(expected)) == 2 * 3 + 1
    assert RAW not in str(contents(database))
    assert first_row(database, "select sum(completed)::int from telemetry.days") == (count,)


def test_sessions_that_are_hashed_stay_so(
    old: psycopg.Connection, data: Path, database: str
) -> None:
    old.execute("update telemetry.events set session_id = gen_random_uuid() where id % 3 > 0")
    old.execute("update telemetry.events set session_id = null where id % 3 = 0")
    old.execute("alter table telemetry.events alter session_id type uuid using session_id::uuid")
    assert main(["--from", old.info.dsn], os.environ) == 0
    assert rows(database) == rows(old.info.dsn)


def test_a_partition_is_not_hashed_twice(
    old: psycopg.Connection, data: Path, database: str
) -> None:
    old.execute("create table public.one_month as select * from telemetry.events where id % 2 = 0")
    assert main(["--from", old.info.dsn, "--table", "public.one_month"], os.environ) == 0
    assert main(["--from", old.info.dsn, "--table", "telemetry.events_odd"], os.environ) == 0
    assert [row[:-1] for row in rows(database)] == [row[:-1] for row in rows(old.info.dsn)]


def test_an_event_that_the_log_brings_too_is_stored_once(
    old: psycopg.Connection, data: Path, database: str, tmp_path: Path
) -> None:
    (t, number, anon, *_), *_ = rows(old.info.dsn)
    line = LogLine(number, int(t.timestamp() * 1000), anon.hex, "java.run.completed", "", "", "", 0)
    load(database, tmp_path / "logs", [line], 1)
    assert main(["--from", old.info.dsn], os.environ) == 0
    assert len(rows(database)) == len(rows(old.info.dsn))


def test_without_their_salt_nothing_is_copied(
    old: psycopg.Connection, data: Path, database: str, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.delenv("YEARLY_SALT")
    assert main(["--from", old.info.dsn], os.environ) == 2
    assert "the old database has events, but their salt is not in" in capsys.readouterr().err
    assert rows(database) == []


def test_a_row_that_is_none_is_rejected() -> None:
    converter = StoredConverter(None, 0)
    for content in (b"{}", b"[]", b'{"t": "infinity", "anon": "a"}', b'{"t": 5}'):
        with pytest.raises(RejectedRowError):
            converter.line(content)
    line = converter.line(b'{"t":"1970-01-01T00:00:00.007+00:00","anon":"a-b","evt":null}')
    assert msgspec.json.decode(line) == {"t": 7, "anon": "ab", "at": 0}
