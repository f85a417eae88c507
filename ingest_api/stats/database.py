"""Query the database from a web worker, without ever blocking its threads for long."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

import psycopg
from psycopg import errors
from psycopg_pool import PoolTimeout

from sql.pool import Pool
from sql.roles import READER

Answer = TypeVar("Answer")

MAX_QUESTIONS = 4
MOST_CONNECTIONS = 2 * MAX_QUESTIONS
BUSY_SECONDS = 0.25
CONNECT_SECONDS = 1.0
STATEMENT_MS = 30_000
# not created yet, or created by a version that did not let the role read them
NO_TABLES = (errors.UndefinedTable, errors.InvalidSchemaName, errors.InsufficientPrivilege)


class UnreachableError(Exception):
    """The database does not answer; the message says why, without credentials."""


class DatabaseReader:
    """A few connections and threads for queries with a time limit.

    A database that hangs can block only as many callers as there are threads here.
    """

    def __init__(self, conninfo: str) -> None:
        self._pool = reader_pool(conninfo, MOST_CONNECTIONS)
        self._threads = ThreadPoolExecutor(MAX_QUESTIONS, thread_name_prefix="database")
        self._free = threading.BoundedSemaphore(MAX_QUESTIONS)
        self.beside = self._pool.beside

    def ask(self, question: Callable[[psycopg.Connection], Answer], timeout: float) -> Answer:
        """Return what `question` answers on a connection, within `timeout` seconds.

        Raises UnreachableError if the database can't be used.
        """
        # the calling threads serve events too: only a few of them may wait long
        if not self._free.acquire(timeout=BUSY_SECONDS):
            raise UnreachableError("the database is busy or not answering")
        future = self._threads.submit(self._pool.ask, question)
        future.add_done_callback(lambda _: self._free.release())
        with unreachable(timeout):
            return future.result(timeout)

    def close(self) -> None:
        """Close the connections."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._pool.close()


def reader_pool(conninfo: str, size: int) -> Pool:
    """Return a pool of read-only connections with a time limit for each statement."""

    def configure(connection: psycopg.Connection) -> None:
        connection.execute(f"set statement_timeout = {STATEMENT_MS}")

    return Pool(conninfo, READER, "telemetry api", size, CONNECT_SECONDS, configure)


@contextmanager
def unreachable(seconds: float) -> Iterator[None]:
    """Turn errors of a query with a time limit of `seconds` into UnreachableError."""
    try:
        yield
    except PoolTimeout:
        raise UnreachableError("can't connect") from None
    except TimeoutError:
        raise UnreachableError(f"no answer within {seconds:g} s") from None
    except NO_TABLES as error:
        raise UnreachableError("the tables don't exist yet") from error
    except (psycopg.OperationalError, psycopg.InternalError) as error:
        raise UnreachableError("the connection failed") from error
