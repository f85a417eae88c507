"""A small connection pool, for the queries of the API and the dashboard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar

import psycopg
from psycopg.pq import TransactionStatus
from psycopg_pool import ConnectionPool, PoolTimeout

from sql.roles import work_as

Answer = TypeVar("Answer")

MOST_WARM = 2  # one query may use two


class Pool:
    """Connections of a role. The last used are lent first: their caches are warm."""

    def __init__(
        self,
        conninfo: str,
        role: str,
        application: str,
        size: int,
        connect_seconds: float,
        configure: Callable[[psycopg.Connection], None],
    ) -> None:
        self._role = role
        self._warm: list[psycopg.Connection] = []
        self._pool = ConnectionPool(
            conninfo,
            min_size=0,
            max_size=size,
            timeout=connect_seconds,
            max_idle=60,
            reconnect_timeout=1,
            open=False,
            configure=configure,
            kwargs={"autocommit": True, "application_name": application},
        )

    def ask(self, question: Callable[[psycopg.Connection], Answer]) -> Answer:
        """Return what `question` answers on a connection; if that was dead, ask once more.

        Raises psycopg_pool.PoolTimeout if no connection is available, or psycopg.Error.
        """
        for last in (False, True):
            connection = self._take()
            try:
                work_as(self._role, connection)
                return question(connection)
            except psycopg.OperationalError:
                if last or not connection.closed:
                    raise
            finally:
                self._give_back(connection)
            self._drop_dead()
        raise AssertionError("unreachable")

    @contextmanager
    def beside(self) -> Iterator[psycopg.Connection | None]:
        """Lend a query a second connection, to run a part of it at the same time.

        Yields None if none is available: then everything runs on the first.
        """
        connection = None
        with suppress(PoolTimeout, psycopg.OperationalError):
            # replaces dead connections
            self.ask(ConnectionPool.check_connection)
            connection = self._take()
            work_as(self._role, connection)
        try:
            yield connection
        finally:
            if connection is not None:
                self._give_back(connection)

    def close(self) -> None:
        """Close the connections."""
        self._cool()
        self._pool.close(timeout=1)

    def _take(self) -> psycopg.Connection:
        self._pool.open()
        try:
            return self._warm.pop()
        except IndexError:
            return self._pool.getconn()

    def _give_back(self, connection: psycopg.Connection) -> None:
        is_idle = connection.info.transaction_status == TransactionStatus.IDLE
        if is_idle and len(self._warm) < MOST_WARM and not self._pool.closed:
            self._warm.append(connection)
        else:
            self._pool.putconn(connection)

    def _drop_dead(self) -> None:
        """Replace dead connections: usually, all die together.

        The pool's own `check=` finds one at a time, and waits a second after the second one.
        """
        self._cool()
        self._pool.check()

    def _cool(self) -> None:
        while self._warm:
            self._pool.putconn(self._warm.pop())
