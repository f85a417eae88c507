"""Whether the database answers: asked on a connection and in a thread that serve nothing else."""

from __future__ import annotations

from typing import Final, NamedTuple

import psycopg

from ingest_api.shared_question import SharedQuestion
from ingest_api.stats.database import reader_pool, unreachable
from sql.statements import statement

SECONDS: Final = 1.5


class DatabaseVersion(NamedTuple):
    """Which database it is, and PostgreSQL's own text about its version."""

    name: str
    version: str


class DatabasePulse:
    """Requests that come while a question is under way share its answer."""

    def __init__(self, conninfo: str) -> None:
        self._pool = reader_pool(conninfo, 1)
        self._question = SharedQuestion(lambda: self._pool.ask(_describe), "pulse", SECONDS)

    def describe(self) -> DatabaseVersion:
        """Return what the database says of itself, within 1.5 s. Raises UnreachableError."""
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
