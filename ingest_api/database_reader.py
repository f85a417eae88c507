"""Ask the database from a web worker, without ever holding up its threads."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import contextmanager
from typing import TypeVar

import psycopg
from psycopg import errors
from psycopg.pq import TransactionStatus
from psycopg_pool import ConnectionPool, PoolTimeout

from sql.roles import READER, work_as

Answer = TypeVar("Answer")

MAX_QUESTIONS = 4
MOST_CONNECTIONS = 2 * MAX_QUESTIONS
MOST_KEPT = 2  # that one question may use
BUSY_SECONDS = 0.25
CONNECT_SECONDS = 1.0
STATEMENT_MS = 30_000
# not made yet, or made by a version that gave the role no right to read them
NO_TABLES = (errors.UndefinedTable, errors.InvalidSchemaName, errors.InsufficientPrivilege)


class UnreachableError(Exception):
    """The database does not answer; the message says why, without credentials."""


class DatabaseReader:
    """A few connections and threads for questions, each with a time limit.

    A database that hangs can hold up as many callers as there are threads here, not more. Questions
    that follow each other are asked on the same connections, which have the tables at hand: the
    pool would take all in turn.
    """

    def __init__(self, conninfo: str) -> None:
        self._pool = ConnectionPool(
            conninfo,
            min_size=0,
            max_size=MOST_CONNECTIONS,
            max_idle=60,
            open=False,
            kwargs={"autocommit": True, "application_name": "telemetry api"},
            configure=_configure,
            reconnect_timeout=1,
        )
        self._threads = ThreadPoolExecutor(MAX_QUESTIONS, thread_name_prefix="database")
        self._places = threading.BoundedSemaphore(MAX_QUESTIONS)
        self._last_used: list[psycopg.Connection] = []

    def ask(self, question: Callable[[psycopg.Connection], Answer], timeout: float) -> Answer:
        """Return what `question` answers on a connection, within `timeout` seconds.

        Raises UnreachableError where the database can't be used.
        """
        # the caller's thread serves events too: few of them may wait long
        if not self._places.acquire(timeout=BUSY_SECONDS):
            raise UnreachableError("the database is busy, or does not answer")
        future = self._threads.submit(self._answer, question)
        future.add_done_callback(self._leave)
        try:
            return future.result(timeout)
        except FutureTimeoutError:
            raise UnreachableError(f"no answer within {timeout:g} s") from None
        except PoolTimeout:
            raise UnreachableError("can't connect") from None
        except NO_TABLES as error:
            raise UnreachableError("its tables are not made yet") from error
        except (psycopg.OperationalError, psycopg.InternalError) as error:
            raise UnreachableError("the connection failed") from error

    @contextmanager
    def beside(self) -> Iterator[psycopg.Connection | None]:
        """Lend a question a second connection, to ask a part of it at the same time.

        None where there is none to be had: then all is asked on the first.
        """
        connection = self._take_live()
        try:
            yield connection
        finally:
            if connection is not None:
                self._give_back(connection)

    def close(self) -> None:
        """Close the connections."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        while self._last_used:
            self._pool.putconn(self._last_used.pop())
        self._pool.close(timeout=0.5)

    def _answer(self, question: Callable[[psycopg.Connection], Answer]) -> Answer:
        self._pool.open()
        for attempt in range(MOST_CONNECTIONS + 1):
            connection = self._take()
            try:
                work_as(READER, connection)
                return question(connection)
            except psycopg.OperationalError:
                # it may have died while it lay in the pool, with those beside it
                if not connection.closed or attempt == MOST_CONNECTIONS:
                    raise
            finally:
                self._give_back(connection)
        raise AssertionError("unreachable")

    def _take_live(self) -> psycopg.Connection | None:
        for _ in range(MOST_CONNECTIONS + 1):
            try:
                connection = self._take()
            except PoolTimeout:
                break
            try:
                ConnectionPool.check_connection(connection)
                work_as(READER, connection)
            except psycopg.OperationalError:
                self._give_back(connection)
            else:
                return connection
        return None

    def _take(self) -> psycopg.Connection:
        try:
            return self._last_used.pop()
        except IndexError:
            return self._pool.getconn(CONNECT_SECONDS)

    def _give_back(self, connection: psycopg.Connection) -> None:
        is_idle = connection.info.transaction_status == TransactionStatus.IDLE
        if is_idle and len(self._last_used) < MOST_KEPT and not self._pool.closed:
            self._last_used.append(connection)
        else:
            self._pool.putconn(connection)

    def _leave(self, _: Future[Answer]) -> None:
        self._places.release()


def _configure(connection: psycopg.Connection) -> None:
    connection.execute(f"set statement_timeout = {STATEMENT_MS}")
