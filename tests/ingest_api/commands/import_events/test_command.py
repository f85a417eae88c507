"""The import: every row of the old server once, whatever happens on the way."""

from __future__ import annotations

import json
import os
import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from ingest_api.commands.import_events.command import main
from tests.ingest_api.commands.import_events.databases import (
    OldDatabase,
    contents,
    first_row,
    old_database,
)
from tests.server import RunningServer, event


@pytest.fixture
def old(cluster: str) -> Iterator[OldDatabase]:
    with old_database(cluster) as old:
        yield old


@pytest.fixture
def data(tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder; the environment is that of a server on `database`."""
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("DATABASE_URL", database)
    monkeypatch.setenv("YEARLY_SALT", "a secret of the tests")
    return tmp_path / "data"


def test_every_row_is_copied_once_however_often(
    old: OldDatabase, data: Path, database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    old.add_runs(3000)
    assert main(["--from", old.conninfo], os.environ) == 0
    said = capsys.readouterr()
    assert said.out == "3,000 events copied, 0 were already stored, 0 rejected.\n"
    name, host = (conninfo_to_dict(database)[part] for part in ("dbname", "host"))
    first_line = said.err.splitlines()[0]
    assert first_line == f"Copying into the database {name} on {host}, port 5432."
    assert re.search(r"100%.*3\.00k/3\.00k.*rows/s", said.err)
    first = contents(database)
    assert len(first["events"]) == 3000
    assert main(["--from", old.conninfo], os.environ) == 0
    assert capsys.readouterr().out == "0 events copied, 3,000 were already stored, 0 rejected.\n"
    assert contents(database) == first
    assert list(data.iterdir()) == []
    assert first_row(database, "select count(*) from telemetry.log_files") == (0,)


def test_the_rollups_agree_with_the_events(old: OldDatabase, data: Path, database: str) -> None:
    old.add_runs(3000)
    assert main(["--from", old.conninfo], os.environ) == 0
    with psycopg.connect(old.conninfo) as connection:
        days = connection.execute(
            "select (t at time zone 'UTC')::date, count(*), count(distinct anon),"
            " count(*) filter (where evt = 'java.run.started'), sum(wait_ms_total)"
            " from telemetry_events group by 1 order by 1"
        ).fetchall()
    with psycopg.connect(database) as connection:
        assert (
            days
            == connection.execute(
                "select day, events, visitors, started, wait_ms from telemetry.days order by day"
            ).fetchall()
        )
    for rollup in ("hours", "visitor_days", "session_days"):
        assert first_row(database, f"select sum(events)::int from telemetry.{rollup}") == (3000,)


def test_equal_rows_are_events_of_their_own_and_a_later_run_brings_what_came_since(
    old: OldDatabase, data: Path, database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    old.add_runs(100)
    old.execute(
        "insert into telemetry_events (t, anon, evt)"
        " select now(), 'v', 'a' from generate_series(1, 7)"
    )
    assert main(["--from", old.conninfo], os.environ) == 0
    # one more of the equal rows, one from before all others; and the table is not the old one
    old.execute("create table moved as table telemetry_events order by random()")
    old.execute(
        "insert into moved (t, anon, evt) select t, anon, evt from moved where evt = 'a' limit 1"
    )
    old.execute("insert into moved (t, anon, evt) values ('2020-01-01', 'v', 'a')")
    old.execute("alter table moved drop column id, add column more text")
    capsys.readouterr()
    assert main(["--from", old.conninfo, "--table", "public.moved"], os.environ) == 0
    assert capsys.readouterr().out == "2 events copied, 107 were already stored, 0 rejected.\n"
    assert first_row(database, "select count(*) from telemetry.events where evt = 'a'") == (9,)


def test_a_server_that_runs_meanwhile_is_not_disturbed(
    old: OldDatabase, cluster: str, server: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    old.add_runs(2000)
    assert server.database is not None
    monkeypatch.setenv("DATA_DIR", str(server.data))
    monkeypatch.setenv("DATABASE_URL", server.database)
    done = threading.Event()

    def send() -> None:
        while not done.is_set():
            assert server.post(event(anon="raw-anon-1")).ok

    sender = threading.Thread(target=send)
    sender.start()
    try:
        assert main(["--from", old.conninfo], os.environ) == 0
    finally:
        done.set()
        sender.join()
    server.settle()
    stats = server.get("/stats?from=2026-02-26&to=2026-03-04").json()
    today = server.get("/stats").json()
    assert (stats["total"], stats["uniques"]) == (2000, 30)
    assert today["uniques"] == 1
    # who was known to the old server is the same visitor here
    assert first_row(
        server.database, "select count(distinct anon) from telemetry.visitor_days"
    ) == (30,)


def test_no_raw_user_id_is_written_anywhere(
    old: OldDatabase, data: Path, database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    old.add_runs(300)
    old.add(evt="not a name")
    old.add(t="-infinity")
    assert main(["--from", old.conninfo], os.environ) == 0
    assert "raw-anon" not in str(contents(database))
    (rejected,) = data.iterdir()
    assert "raw-anon" not in rejected.read_text()
    assert rejected.stat().st_mode & 0o777 == 0o600
    assert "raw-anon" not in str(capsys.readouterr())


def test_odd_rows_are_rejected_and_reported_and_the_rest_continues(
    old: OldDatabase, data: Path, database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    old.execute("alter table telemetry_events alter t drop not null, alter m type json")
    old.execute("alter table telemetry_events add column ip text default '203.0.113.9'")
    old.add()
    for odd in (
        {"t": None}, {"t": "infinity"}, {"t": "0001-01-01"}, {"t": "0044-03-15 BC"},
        {"t": "12026-01-01"}, {"evt": "naïve"}, {"evt": "e" * 65}, {"anon": ""},
        {"m": [1]}, {"m": {"a": "\0"}}, {"m": {"a": "\ud83d"}},
    ):  # fmt: skip
        old.add(**odd)
    old.execute(
        "insert into telemetry_events (t, anon, evt, m) values (now(), 'v', 'a', '{\n \"b\":\n 1}')"
    )
    old.add(os="o" * 40, country="Germany")
    assert main(["--from", old.conninfo], os.environ) == 0
    (rejected,) = data.iterdir()
    assert capsys.readouterr().out == (
        "3 events copied, 0 were already stored, 11 rejected"
        " (5 invalid_t, 2 invalid_evt, 2 invalid_text, 1 invalid_anon, 1 invalid_m),"
        f" see {rejected}; changed: 1 country left out, 1 os cut to 30 characters.\n"
    )
    assert "203.0.113.9" not in rejected.read_text()
    records = [json.loads(line) for line in rejected.read_text().splitlines()]
    assert len(records) == 11
    assert {record["row"]["id"] for record in records} == set(range(2, 13))
    assert [r["row"]["evt"] for r in records if r["reason"] == "invalid_evt"] == ["naïve", "e" * 65]
    assert first_row(database, "select m from telemetry.events where evt = 'a'") == ({"b": 1},)


@pytest.mark.parametrize(
    ("t", "m"),
    [("bigint", "text"), ("double precision", "json"), ("text", "jsonb"), ("timestamp", "text")],
)
def test_a_table_of_other_types_and_fewer_columns_is_read_too(
    old: OldDatabase, data: Path, database: str, capsys: pytest.CaptureFixture[str], t: str, m: str
) -> None:
    old.execute(f'create table "Other" (t {t}, anon varchar(40), evt text, os text, m {m})')
    moment = "2026-03-01T10:00:00.125" if t == "timestamp" else 1772359200125
    for _ in range(2):
        old.execute(
            'insert into "Other" values (%s, %s, %s, null, %s)', moment, "v", "a.b", '{"exit": 3}'
        )
    assert main(["--from", old.conninfo, "--table", "Other", "--dry-run"], os.environ) == 0
    assert main(["--from", old.conninfo, "--table", "Other"], os.environ) == 0
    assert (
        "Other has no column ext, vscode, country, region, duration_ms" in capsys.readouterr().err
    )
    found = "(extract(epoch from t) * 1000)::bigint, os, ext, exit_code, m, count(*)"
    assert first_row(database, f"select {found} from telemetry.events group by 1, 2, 3, 4, 5") == (
        1772359200125, "unknown", "0.0.0", 3, None, 2,
    )  # fmt: skip


def test_a_dry_run_writes_nothing(
    old: OldDatabase,
    data: Path,
    empty_database: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("DATABASE_URL", empty_database)
    old.add_runs(50)
    old.add(evt="not a name")
    assert main(["--from", old.conninfo, "--dry-run"], os.environ) == 0
    assert capsys.readouterr().out == (
        "Of 51 rows 50 can be copied, 1 rejected (1 invalid_evt). Nothing was written.\n"
    )
    assert not data.exists()
    monkeypatch.setenv("RETENTION_DAYS", "3")
    now = datetime.now(UTC)
    for days in range(5):
        old.add(t=now - timedelta(days=days))
    assert main(["--from", old.conninfo, "--dry-run"], os.environ) == 0
    assert capsys.readouterr().out == (
        "Of 56 rows 3 can be copied, 52 past RETENTION_DAYS, 1 rejected (1 invalid_evt)."
        " Nothing was written.\n"
    )
    assert first_row(empty_database, "select to_regclass('telemetry.events')") == (None,)
