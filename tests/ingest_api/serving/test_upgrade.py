"""A server starts on the log of version 0.1, and an import copies its database: each event once."""

from __future__ import annotations

import gzip
import os
import socket
import uuid
from pathlib import Path

import msgspec
import psycopg
import pytest

from ingest_api.commands.import_events.command import main
from ingest_api.events.anonymise import Anonymiser
from ingest_api.events.contract import LogLine
from sql.embedded import server as embedded
from tests.ingest_api.commands.import_events.databases import make_0_1, new_database
from tests.server import RunningServer, event, wait_until
from tests.traces import traces

SALT = "a secret of the tests"
RAW = "ada@example.org"
NOON = 1_772_366_400_000
FILE = "events-20260301T120000Z-w1-0123456789a{}.jsonl"
EVENTS, LOADED, ARCHIVED = 30, 20, 10
anonymiser = Anonymiser(SALT)
VISITOR = anonymiser.visitor("v")
LINES = [
    LogLine(n, NOON + n, VISITOR, "app.used", "Linux", "1", "1", NOON, session_id=f"{RAW} {n % 3}")
    for n in range(EVENTS)
]


def fill_0_1(database: str) -> None:
    """Make an empty database one of version 0.1 that has the first events."""
    with psycopg.connect(database, autocommit=True) as connection:
        make_0_1(connection)
        for line in LINES[:LOADED]:
            connection.execute(
                "insert into telemetry.events"
                " (t, id, anon, evt, os, ext, vscode, session_id) values"
                " (timestamptz 'epoch' + %s * interval '1 ms', %s, %s, 'app.used', '', '', '', %s)",
                (line.t, line.id, line.anon, line.session_id),
            )


def old_log(folder: Path) -> None:
    """Make a log of version 0.1: an archive that is loaded, and a file of which half is."""
    folder.mkdir(parents=True)
    (folder / "server-id").write_text(f"{uuid.uuid4()}\n")
    encode = msgspec.json.Encoder().encode_lines
    loaded = encode(LINES[ARCHIVED:LOADED])
    (folder / f"{FILE.format('a')}.gz").write_bytes(gzip.compress(encode(LINES[:ARCHIVED])))
    (folder / FILE.format("b")).write_bytes(loaded + encode(LINES[LOADED:]))
    # what a killed import left
    imports = folder.parent / "import"
    imports.mkdir()
    (imports / "events-import-w0-000000000001.jsonl").write_bytes(encode(LINES[:3]))
    rejected = {"reason": "invalid_evt", "row": {"anon": VISITOR, "session_id": RAW}}
    (folder.parent / "import-rejected-20260301T120000Z.jsonl").write_bytes(encode([rejected]))


def contents(folder: Path) -> dict[Path, bytes]:
    """Return what is in the files of version 0.1."""
    files = (path for path in folder.rglob("*") if path.is_file() and "postgres" not in path.parts)
    return {path: path.read_bytes() for path in files if path.name not in (".lock", "salt")}


def refusal(server: RunningServer) -> str:
    """Start a server that can't start; return why."""
    with pytest.raises(AssertionError):
        server.start()
    wait_until(lambda: "can't start" in server.log_text(), "the reason")
    (said,) = (line for line in server.log_text().splitlines() if "can't start" in line)
    return said


def test_a_database_of_0_1_is_refused_and_its_log_left_as_it_is(
    empty_database: str, tmp_path: Path
) -> None:
    old_log(tmp_path / "data" / "logs")
    before = contents(tmp_path / "data")
    fill_0_1(empty_database)
    server = RunningServer(empty_database, tmp_path / "data")
    said = refusal(server)
    assert "made by version 0.1: start with an empty one" in said
    assert "minigem import --from URL --table telemetry.events" in said
    assert contents(tmp_path / "data") == before
    assert "workers" not in server.log_text()


def test_an_embedded_database_of_0_1_is_refused_and_stopped(tmp_path: Path) -> None:
    old_log(tmp_path / "data" / "logs")
    before = contents(tmp_path / "data")
    folder = tmp_path / "data" / "postgres"
    with embedded.start(folder) as old:
        fill_0_1(old.url)
    assert "made by version 0.1" in refusal(RunningServer(None, tmp_path / "data"))
    assert contents(tmp_path / "data") == before
    assert not (folder / embedded.CLUSTER / "postmaster.pid").exists()


def test_a_database_of_a_later_version_is_refused_before_the_log_is_touched(
    database: str, tmp_path: Path
) -> None:
    old_log(tmp_path / "data" / "logs")
    before = contents(tmp_path / "data")
    with psycopg.connect(database) as connection:
        connection.execute("insert into telemetry.migrations values ('migrations/0042_unknown')")
    assert "made by a later version" in refusal(RunningServer(database, tmp_path / "data"))
    assert contents(tmp_path / "data") == before


def test_a_database_that_does_not_answer_does_not_hold_up_the_start(tmp_path: Path) -> None:
    old_log(tmp_path / "data" / "logs")
    with socket.socket() as silent:  # accepts connections, and says nothing
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        database = f"host=127.0.0.1 port={silent.getsockname()[1]} dbname=absent"
        with RunningServer(database, tmp_path / "data") as server:
            assert server.post(event()).ok
        assert (tmp_path / "data" / "logs" / "format").exists()


def test_what_version_0_1_left_is_served_on_without_an_id(
    cluster: str, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old_log(tmp_path / "data" / "logs")
    settings = {"YEARLY_SALT": SALT, "STATS_SECRET": "key"}
    with (
        new_database(cluster, "version_0_1") as old,
        RunningServer(database, tmp_path / "data", **settings) as server,
        psycopg.connect(database, autocommit=True) as connection,
    ):
        fill_0_1(old)
        server.post(event(anon="v", sessionId=f"{RAW} 0"))
        names = {"DATABASE_URL": database, "DATA_DIR": str(server.data), "YEARLY_SALT": SALT}
        for name, value in names.items():
            monkeypatch.setenv(name, value)
        assert main(["--from", old], os.environ) == 0

        def is_loaded() -> bool:
            names = "select count(*) from telemetry.log_files where name like '%-v2.jsonl'"
            events = "select count(*) from telemetry.events"
            return [connection.execute(query).fetchone() for query in (names, events)] == [
                (2,), (EVENTS + 1,)
            ]  # fmt: skip

        server.wait_for(is_loaded, "both files to be loaded")
        server.settle()
        assert server.metric("telemetry_rejected_events_total") == 0
        found = connection.execute(
            "select id, session_id from telemetry.events where id < 100 order by id"
        ).fetchall()
        sessions = [uuid.UUID(anonymiser.session(VISITOR, f"{RAW} {n % 3}")) for n in range(3)]
        assert found == [(number, sessions[number % 3]) for number in range(EVENTS)]
        assert traces(server, RAW) == []


def test_a_file_that_can_t_be_upgraded_stops_the_start_and_is_named(
    database: str, tmp_path: Path
) -> None:
    folder = tmp_path / "data" / "logs"
    (folder / FILE.format("a")).mkdir(parents=True)
    server = RunningServer(database, tmp_path / "data")
    try:
        server.start()
    except AssertionError:
        wait_until(lambda: FILE.format("a") in server.log_text(), "the name of the file")
    else:
        server.stop()
        raise AssertionError("it has started")
    assert "minigem-telemetry can't start" in server.log_text()
    assert not (folder / "format").exists()
