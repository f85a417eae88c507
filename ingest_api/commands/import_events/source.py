"""The old table of events, read in one snapshot and in the order of time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import TracebackType
from typing import Any, Final, Self

import psycopg
from psycopg import sql
from psycopg.abc import Buffer
from psycopg.adapt import Loader
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from ingest_api.commands.import_events.rows import COLUMNS, REQUIRED_COLUMNS
from ingest_api.failure import CannotStartError, StoppedError, reason
from sql.statements import statement

EXAMPLE: Final = "postgresql://user:password@host:5432/database"
CONNECTION_OPTIONS: Final = {
    "connect_timeout": "10",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "application_name": "telemetry import",
    "client_encoding": "UTF8",
}
FETCH_ROWS: Final = 5000
# looked for if no table is named: the original server's, and that of this product
TABLES: Final = ("telemetry_events", "telemetry.events")
# a row as JSON: whatever type a column has, and whichever columns there are, it can be read; rows
# that are equal have equal `t`, so they come close together
ROWS: Final = sql.SQL("select row_to_json(old)::text from {} as old order by old.t")
COUNT: Final = sql.SQL("select count(*) from {}")


class _Bytes(Loader):
    """Leaves text as it comes: UTF-8, or whatever an SQL_ASCII database holds."""

    def load(self, data: Buffer) -> bytes:
        return bytes(data)


class Source:
    """A connection to the old table. All that it says is of the moment when it was made."""

    def __init__(self, conninfo: str, table: str | None = None) -> None:
        """Connect. Raises CannotStartError if there is no such table, or no single one to read."""
        self._connection = connect(conninfo)
        try:
            self._begin()
            tables = (table,) if table else TABLES
            found = {name: columns for name in tables if (columns := self._read_columns(name))}
            self.name = choose(tables, list(found))
            self._table = sql.Identifier(*self.name.split(".", 1))
            self._columns = found[self.name]
            self._check()
        except BaseException:
            self._connection.close()
            raise

    def is_stored(self) -> bool:
        """Return whether this product stored the events: its visitors are hashed."""
        return self._columns["anon"] == "uuid" and self._columns.get("id") == "bigint"

    def has_raw_sessions(self) -> bool:
        """Return whether they are version 0.1's, with the session ids that clients sent."""
        return self._columns.get("session_id") != "uuid"

    def missing_columns(self) -> list[str]:
        """Return the names of the columns that the old server has and this table has not."""
        return [name for name in COLUMNS if name not in self._columns]

    def count(self) -> int:
        """Return the number of rows. Raises CannotStartError where they can't be read."""
        try:
            found = self._connection.execute(COUNT.format(self._table)).fetchone()
        except psycopg.Error as error:
            raise CannotStartError(f"{self.name} can't be read: {reason(error)}") from error
        assert found is not None
        return int(found[0])

    def rows(self) -> Iterator[bytes]:
        """Yield each row as a JSON object, by `t`. Raises StoppedError if the database is lost."""
        try:
            if self._connection.info.parameter_status("server_encoding") == "SQL_ASCII":
                # such a database vouches for no encoding: else one odd byte would end the reading
                self._connection.execute("set client_encoding = 'SQL_ASCII'")
            with self._connection.cursor("old_events") as cursor:
                cursor.adapters.register_loader("text", _Bytes)
                cursor.itersize = FETCH_ROWS
                cursor.execute(ROWS.format(self._table))
                for (row,) in cursor:
                    yield row
        except psycopg.Error as error:
            raise StoppedError(f"{self.name} can't be read on: {reason(error)}") from error

    def _begin(self) -> None:
        connection = self._connection
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        try:
            for setting in ("statement_timeout", "idle_in_transaction_session_timeout"):
                connection.execute(sql.SQL("set {} = 0").format(sql.Identifier(setting)))
            connection.execute("set timezone = 'UTC'")
        except psycopg.Error as error:
            raise CannotStartError(f"the old database can't be read: {reason(error)}") from error

    def _read_columns(self, name: str) -> dict[str, str]:
        """Return a table's columns with their types; none if there is no such table."""
        table = sql.Identifier(*name.split(".", 1))
        try:
            return dict(
                self._connection.execute(
                    statement("queries/import/columns"),
                    {"table": table.as_string(self._connection)},
                ).fetchall()
            )
        except psycopg.Error as error:
            raise CannotStartError(f"the old database can't be read: {reason(error)}") from error

    def _check(self) -> None:
        if lacking := [name for name in REQUIRED_COLUMNS if name not in self._columns]:
            raise CannotStartError(
                f"{self.name} has no column {', '.join(lacking)}: "
                "is it the original server's table of events?"
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connection.close()


def choose(tables: tuple[str, ...], found: list[str]) -> str:
    """Return the one table that was found. Raises CannotStartError if there is none, or several."""
    if not found:
        raise CannotStartError(
            f"the old database has no table {' or '.join(tables)}; name it with --table"
        )
    if len(found) > 1:
        raise CannotStartError(
            f"the old database has both {' and '.join(found)}; name one with --table"
        )
    return found[0]


def connect(conninfo: str) -> psycopg.Connection:
    """Connect to the old database. Raises CannotStartError, without the password."""
    # a password with such characters is cut in pieces, and libpq's message shows one of them
    user, at, _ = conninfo.partition("://")[2].rpartition("@")
    if at and re.search("[@/?#]", user.partition(":")[2]):
        raise CannotStartError(
            "the password in --from has a character of @ / ? #: "
            "write it as %40, %2F, %3F or %23, or put it into ~/.pgpass"
        )
    try:
        options: dict[str, Any] = {**CONNECTION_OPTIONS, **conninfo_to_dict(conninfo)}
        known = make_conninfo(**options)
    except psycopg.ProgrammingError:
        raise CannotStartError(
            f"--from is not a PostgreSQL connection string; it should look like {EXAMPLE}"
        ) from None
    try:
        return psycopg.connect(known)
    except psycopg.Error as error:
        raise CannotStartError(f"the old database can't be reached: {reason(error)}") from error
