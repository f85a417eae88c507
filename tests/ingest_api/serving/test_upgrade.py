"""A server starts on what version 0.1 left: each event stays once, and no raw session id stays."""

from __future__ import annotations

import gzip
import uuid
from pathlib import Path

import msgspec
import psycopg

from ingest_api.events.anonymise import Anonymiser
from ingest_api.events.contract import LogLine
from tests.server import RunningServer, event, wait_until
from tests.sql.older import migrate_before
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


def old_database(database: str, server: uuid.UUID, end: int) -> None:
    """Make a database of version 0.1 that has the first events."""
    with psycopg.connect(database, autocommit=True) as connection:
        migrate_before(connection, "0120")
        for line in LINES[:LOADED]:
            connection.execute(
                "insert into telemetry.events"
                " (t, id, anon, evt, os, ext, vscode, session_id) values"
                " (timestamptz 'epoch' + %s * interval '1 ms', %s, %s, 'app.used', '', '', '', %s)",
                (line.t, line.id, line.anon, line.session_id),
            )
        for letter, position in (("a", end), ("b", end)):
            connection.execute(
                "insert into telemetry.log_files (server, name, position, loaded, rejected,"
                " settled_at) values (%s, %s, %s, 10, 0, now())",
                (server, FILE.format(letter), position),
            )


def old_log(folder: Path, server: uuid.UUID) -> int:
    """Make a log of version 0.1: an archive that is loaded, and a file of which half is."""
    folder.mkdir(parents=True)
    (folder / "server-id").write_text(f"{server}\n")
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
    return len(loaded)


def test_what_version_0_1_left_is_served_on_without_an_id(
    empty_database: str, tmp_path: Path
) -> None:
    server_id = uuid.uuid4()
    old_database(empty_database, server_id, old_log(tmp_path / "data" / "logs", server_id))
    settings = {"YEARLY_SALT": SALT, "STATS_SECRET": "key"}
    with (
        RunningServer(empty_database, tmp_path / "data", **settings) as server,
        psycopg.connect(empty_database, autocommit=True) as connection,
    ):
        server.post(event(anon="v", sessionId=f"{RAW} 0"))

        def is_loaded() -> bool:
            names = "select count(*) from telemetry.log_files where name like '%-v2.jsonl'"
            events = "select count(*) from telemetry.events"
            return [connection.execute(query).fetchone() for query in (names, events)] == [
                (2,), (EVENTS + 1,)
            ]  # fmt: skip

        server.wait_for(is_loaded, "both files to be loaded")
        server.settle()
        assert server.metric("telemetry_duplicate_events_total") == LOADED
        assert server.metric("telemetry_rejected_events_total") == 0
        found = connection.execute(
            "select id, session_id from telemetry.events where id < 100 order by id"
        ).fetchall()
        assert [number for number, _ in found] == list(range(EVENTS))
        for number, session in found[LOADED:]:
            hashed = anonymiser.session(VISITOR, f"{RAW} {number % 3}")
            assert session == uuid.UUID(hashed)
        # what was stored before has hashes of its own
        assert len({session for _, session in found}) == 6
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
