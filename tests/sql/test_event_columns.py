"""Only the schema and the load statement name the columns of the events."""

from __future__ import annotations

import json
import time
from pathlib import Path

import psycopg
import pytest

from ingest_api.commands.import_events.source import Source
from ingest_api.commands.import_events.stored import StoredConverter
from ingest_api.loading.loader import Loader
from ingest_api.loading.rollups.rebuilding import rebuild_day
from ingest_api.log.writer import LogWriter
from ingest_api.metrics.meters import Meters
from sql import statements
from sql.migrate import migrate
from tests.applications import application
from tests.rollups import all_differences
from tests.sql.test_migrate import code

__all__ = ["code"]  # a fixture

SOURCES = ("schema/2_events.sql", "load/parse.sql")
LINE = {
    "id": 1, "anon": "0" * 31 + "1", "evt": "java.run.completed", "os": "", "ext": "", "vscode": "",
    "duration_ms": 7, "session_id": "0" * 31 + "2", "exception_hash": "x", "more": "what is new",
    "m": {"a": 1}, "at": 0,
}  # fmt: skip


@pytest.fixture
def changed(code: Path) -> None:
    """Our SQL with one more column, named in only two files."""
    for name, old, new in (
        (SOURCES[0], "    exception_hash text,", "    exception_hash text,\n    more text,"),
        (SOURCES[1], "exception_hash, m\n", "exception_hash, more, m\n"),
    ):
        text = (code / name).read_text()
        assert text.count(old) == 1
        (code / name).write_text(text.replace(old, new))
    statements.statement.cache_clear()


def test_a_new_column_is_loaded_rebuilt_and_copied(
    changed: None, empty_database: str, tmp_path: Path
) -> None:
    t = int(time.time() * 1000)
    with psycopg.connect(empty_database, autocommit=True) as connection:
        migrate(connection)
        (tmp_path / "logs").mkdir()
        meters = Meters.create(2)
        writer = LogWriter(tmp_path / "logs", 1, 10**8, time.time, Meters(meters.fd, 1))
        loader = Loader(application(empty_database, tmp_path / "logs"), None, meters)
        for _ in range(2):  # the second is a duplicate
            writer.append(json.dumps({**LINE, "t": t}).encode() + b"\n")
            while loader.load_available():
                pass
        loader.close()
        writer.close()
        stored = connection.execute(
            "select more, duration_ms, exception_hash, m, (t at time zone 'UTC')::date"
            " from telemetry.events"
        ).fetchall()
        assert [row[:-1] for row in stored] == [("what is new", 7, "x", {"a": 1})]
        with connection.transaction():
            connection.execute(statements.statement("load/scratch"))
            rebuild_day(connection, stored[0][-1], "java.run", None)
        assert all_differences(connection) == []
    with Source(empty_database) as source:
        (line,) = map(StoredConverter(None, 0).line, source.rows())
    assert json.loads(line) == {**LINE, "t": t}


def test_no_other_statement_of_the_loader_lists_them() -> None:
    typed = ("wait_ms_total", "truncated_output", "error_phase", "exception_hash")
    lists = {
        str(path.relative_to(statements.FOLDER))
        for path in statements.FOLDER.rglob("*.sql")
        if all(name in path.read_text() for name in typed)
    }
    # the explorer's properties use the clients' names
    assert lists == {*SOURCES, "fragments/properties.sql", "fragments/property.sql"}
