"""Read from the database through a small pool; turn its errors into messages for readers."""

from __future__ import annotations

import logging
import math
import threading
from collections.abc import Callable
from typing import TypeVar

import psycopg
from psycopg import errors
from psycopg_pool import PoolTimeout

from sql.database import Database
from sql.pool import Pool
from sql.roles import READER

logger = logging.getLogger(__name__)

Result = TypeVar("Result")

MAX_CONNECTIONS = 4
CONNECT_SECONDS = 3.0
STATEMENT_MS = 30_000

AWAY = "The database can't be reached."
NO_TABLES = "The database has no tables yet. The API creates them when it starts."
OTHER_TABLES = (
    "The database's tables are from another version. The API updates them when it starts."
)
NO_RIGHTS = "The dashboard has no permission to read the tables. The API grants it when it starts."
SLOW = f"The database did not answer within {STATEMENT_MS // 1000} s."
BUSY = "The database is busy with other queries."
FAILED = "The database can't answer a query of this page."


class UnavailableError(Exception):
    """The database does not answer; the message says what may be wrong."""


class SlowError(UnavailableError):
    """The database is reachable, but this query or those before it take too long."""


class Reader:
    """A pool of read-only connections."""

    def __init__(self, database: Database, connect_seconds: float = CONNECT_SECONDS) -> None:
        self._database = database
        self._conninfo, self._seconds = database.conninfo_of(READER), connect_seconds
        self._starting = threading.Lock()
        self._reason = ""
        self._pool = Pool(
            self._conninfo,
            READER,
            "telemetry dashboard",
            MAX_CONNECTIONS,
            connect_seconds,
            _configure,
        )

    def read(self, question: Callable[[psycopg.Connection], Result]) -> Result:
        """Return what `question` answers on a connection.

        Raises UnavailableError if the database is unreachable, has no tables or those of another
        version, or can't answer; SlowError if it takes too long.
        """
        try:
            self._ensure_running()
            result = self._pool.ask(question)
        except (errors.UndefinedTable, errors.InvalidSchemaName) as error:
            raise self._unavailable(NO_TABLES, error) from error
        except (errors.UndefinedColumn, errors.UndefinedFunction) as error:
            raise self._unavailable(OTHER_TABLES, error) from error
        except errors.InsufficientPrivilege as error:
            raise self._unavailable(NO_RIGHTS, error) from error
        except errors.QueryCanceled as error:
            raise SlowError(str(self._unavailable(SLOW, error))) from error
        except PoolTimeout as error:
            if self._is_there():
                raise SlowError(str(self._unavailable(BUSY, error))) from error
            raise self._unavailable(AWAY, error) from error
        except (psycopg.OperationalError, errors.InternalError_) as error:
            raise self._unavailable(AWAY, error) from error
        except psycopg.DataError as error:
            raise self._unavailable(FAILED, error) from error
        self._reason = ""
        return result

    def close(self) -> None:
        """Close the connections and release an embedded database."""
        self._pool.close()
        self._database.release()

    def _ensure_running(self) -> None:
        try:
            with self._starting:
                self._database.ensure_running()
        except RuntimeError as error:
            raise self._unavailable(AWAY, error) from error

    def _is_there(self) -> bool:
        """Return whether the database accepts a connection outside the pool."""
        try:
            psycopg.connect(self._conninfo, connect_timeout=math.ceil(self._seconds)).close()
        except psycopg.Error:
            return False
        return True

    def _unavailable(self, reason: str, error: Exception) -> UnavailableError:
        # log it once: pages retry every few seconds
        if reason != self._reason:
            logger.warning("%s %s", reason, str(error).partition("\n")[0])
            self._reason = reason
        return UnavailableError(reason)


def _configure(connection: psycopg.Connection) -> None:
    connection.execute("set default_transaction_read_only = on")
    connection.execute(f"set statement_timeout = {STATEMENT_MS}")
