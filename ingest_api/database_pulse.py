"""Whether the database answers: asked on a connection and in a thread that serve nothing else."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, NamedTuple

import psycopg

from ingest_api.database_reader import answer_within, reader_pool
from sql.statements import statement

SECONDS: Final = 1.5


class Description(NamedTuple):
    """Which database it is, and PostgreSQL's own text about its version."""

    name: str
    version: str


class DatabasePulse:
    """Requests that come while a question is under way share its answer."""

    def __init__(self, conninfo: str) -> None:
        self._pool = reader_pool(conninfo, 1)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="pulse")
        self._lock = threading.Lock()
        self._question: Future[Description] | None = None
        self._asked = 0.0

    def describe(self) -> Description:
        """Return what the database says of itself.

        Raises UnreachableError after 1.5 s: with a database that hangs, at once for all who come
        later, so that they hold up no thread.
        """
        with self._lock:
            if self._question is None or self._question.done():
                self._asked = time.monotonic()
                self._question = self._thread.submit(self._pool.ask, _describe)
            question, asked = self._question, self._asked
        return answer_within(question, SECONDS, asked)

    def close(self) -> None:
        """Close the connection."""
        self._thread.shutdown(wait=False, cancel_futures=True)
        self._pool.close()


def _describe(connection: psycopg.Connection) -> Description:
    row = connection.execute(statement("queries/database_version")).fetchone()
    assert row is not None
    return Description(*row)
