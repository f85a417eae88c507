"""A database that loaded the same events undisturbed: its rollups are correct."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any, Final

import msgspec
import psycopg
from psycopg import sql

from ingest_api.events.contract import LogLine
from ingest_api.loading.loader import Loader
from ingest_api.log.writer import LogWriter
from ingest_api.metrics.meters import Meters
from tests.applications import application

RUN_EVENTS: Final = "java.run"
# tables that are not sums of the events
NOT_ROLLUPS: Final = (
    *("events", "log_files", "migrations", "made", "functions", "views", "freshness"),
    *("countries", "settings"),
)
COLUMNS: Final = tuple(
    field for field in LogLine.__struct_fields__ if field not in ("t", "at", "anon")
)


class Twin:
    """Loads a disturbed database's events undisturbed, and compares the two."""

    def __init__(self, database: str, folder: Path) -> None:
        folder.mkdir()
        meters = Meters.create(2)
        self._database = database
        self._writer = LogWriter(folder, 1, 64 << 20, lambda: 0.0, Meters(meters.fd, 1))
        self._loader = Loader(application(database, folder), RUN_EVENTS, meters)
        self._encode = msgspec.json.Encoder().encode_lines
        self._loaded: set[int] = set()

    def close(self) -> None:
        """Close the database and the files."""
        self._loader.close()
        self._writer.close()

    def numbers(self, connection: psycopg.Connection) -> list[int]:
        """Return the numbers of the events that a database holds, and load those that are new."""
        rows = connection.execute(_events()).fetchall()
        new = [row for row in rows if row[2]["n"] not in self._loaded]
        if new:
            self._writer.append(self._encode([_line(*row) for row in new]))
            while self._loader.load_available():
                pass
        numbers = [row[2]["n"] for row in rows]
        self._loaded.update(numbers)
        return numbers

    def differences(self, connection: psycopg.Connection) -> dict[str, int]:
        """Return the number of wrong rows per rollup of a database."""
        found = {}
        with psycopg.connect(self._database) as peaceful:
            for table in rollups(peaceful):
                ours, theirs = _rows(connection, table), _rows(peaceful, table)
                if ours != theirs:
                    found[table] = max((ours - theirs).total(), (theirs - ours).total())
        return found


def rollups(connection: psycopg.Connection) -> list[str]:
    """Return the tables that are kept up to date from the events."""
    rows = connection.execute(
        "select relname from pg_class where relnamespace = 'telemetry'::regnamespace"
        " and relkind = 'r' and not relispartition and relname <> all(%s) order by relname",
        [list(NOT_ROLLUPS)],
    )
    return [row[0] for row in rows]


def _events() -> sql.Composed:
    columns = sql.SQL(", ").join(map(sql.Identifier, COLUMNS))
    return sql.SQL(
        "select (extract(epoch from t) * 1000)::bigint, replace(anon::text, '-', ''), m, {}"
        " from telemetry.events"
    ).format(columns)


def _line(t: int, anon: str, _: Any, *values: Any) -> LogLine:
    return LogLine(t=t, at=t, anon=anon, **dict(zip(COLUMNS, values, strict=True)))


def _rows(connection: psycopg.Connection, table: str) -> Counter[str]:
    query = sql.SQL("select rollup::text from {} as rollup").format(
        sql.Identifier("telemetry", table)
    )
    return Counter(row[0] for row in connection.execute(query))
