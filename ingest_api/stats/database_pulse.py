"""Check that the database answers, on a dedicated connection and thread."""

from __future__ import annotations

from typing import Final, NamedTuple

import psycopg

from ingest_api.shared_question import SharedQuestion
from ingest_api.stats.database import reader_pool, unreachable
from sql.statements import statement

SECONDS: Final = 1.5


class DatabaseVersion(NamedTuple):
    """The database's name, and PostgreSQL's version text."""

    name: str
    version: str


class DatabasePulse:
    """Asks the database; requests that arrive meanwhile share the answer."""

    def __init__(self, conninfo: str) -> None:
        self._pool = reader_pool(conninfo, 1)
        self._question = SharedQuestion(lambda: self._pool.ask(_describe), "pulse", SECONDS)

    def describe(self) -> DatabaseVersion:
        """Return the database's name and version within 1.5 s. Raises UnreachableError."""
        with unreachable(SECONDS):
            return self._question.answer()

    def close(self) -> None:
        """Close the connection."""
        self._question.close()
        self._pool.close()


def _describe(connection: psycopg.Connection) -> DatabaseVersion:
    row = connection.execute(statement("queries/database_version")).fetchone()
    assert row is not None
    return DatabaseVersion(*row)
