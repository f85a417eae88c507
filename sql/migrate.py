"""Bring a database up to date with this version of the program."""

from __future__ import annotations

import logging

import psycopg

from sql.renewal import renew
from sql.roles import make_roles
from sql.statements import names, statement

logger = logging.getLogger(__name__)

# an arbitrary number, the same in all our processes
ADVISORY_LOCK = 7305_2026
RUN_EVENTS = "java.run"  # for a new database, unless set
ONCE = ("schema", "migrations")  # applied once, in this order
FIRST_OF_0_1 = "migrations/0001_events"

# commands leave migrations to the server, which knows RUN_EVENTS
OTHER_VERSION = "its tables are from another version of this program: start the server first"
OF_0_1 = (
    "the database was made by version 0.1: start with an empty one and the same YEARLY_SALT, and "
    "copy the events with `minigem import --from URL --table telemetry.events`, where URL is this "
    "database"
)
LATER = "the database was made by a later version of this program, which has also applied {}"


class MigrationError(RuntimeError):
    """The database can't be brought up to date; trying again would not help."""


def migrate(connection: psycopg.Connection, run_events: str | None = None) -> list[str]:
    """Apply the missing files of `schema/` and `migrations/`; re-create functions and views.

    Returns the applied files. `connection` must be in autocommit mode, and own the schema if
    anything is missing. `run_events` is the prefix of the run events in a new database; None means
    RUN_EVENTS. Each file has its own transaction, and servers that start together take turns; files
    applied before a failure stay applied. Raises MigrationError if a file, the login's rights or
    the database's version is wrong, psycopg.OperationalError if the database is unreachable, out of
    resources or busy.
    """
    try:
        return _migrate(connection, run_events)
    except psycopg.OperationalError:
        raise
    except psycopg.Error as error:
        if connection.closed:
            raise
        notes = getattr(error, "__notes__", ["its schema could not be created"])
        raise MigrationError(
            f"the database can't be updated and is unchanged: {'; '.join(notes)}: "
            f"{error.diag.message_primary or error}"
        ) from error


def is_made(connection: psycopg.Connection) -> bool:
    """Return whether our tables exist. Changes nothing. Raises psycopg.Error."""
    row = connection.execute(
        # `create … if not exists` would need the right to create it
        "select to_regclass('telemetry.migrations') is not null"
    ).fetchone()
    return row == (True,)


def require_known(connection: psycopg.Connection) -> None:
    """Raise MigrationError if version 0.1 or a later version made the database."""
    _missing(connection)


def require_current(connection: psycopg.Connection) -> None:
    """Raise MigrationError unless this version has applied all its files."""
    if _missing(connection):
        raise MigrationError(OTHER_VERSION)


def _missing(connection: psycopg.Connection) -> list[str]:
    """Return the files to apply, in order. Raises MigrationError as `require_known` does."""
    known = [name for folder in ONCE for name in names(folder)]
    applied = set()
    if is_made(connection):
        applied = {row[0] for row in connection.execute("select name from telemetry.migrations")}
    if FIRST_OF_0_1 in applied:
        raise MigrationError(OF_0_1)
    if later := applied.difference(known):
        raise MigrationError(LATER.format(", ".join(sorted(later))))
    return [name for name in known if name not in applied]


def _migrate(connection: psycopg.Connection, run_events: str | None) -> list[str]:
    connection.execute(statement("queries/no_time_limits"))
    with locked(connection):
        missing = _missing(connection)
        make_roles(connection)
        wanted = run_events or RUN_EVENTS
        connection.execute("select set_config('telemetry.run_events', %s, false)", [wanted])
        for name in missing:
            try:
                with connection.transaction():
                    connection.execute(statement(name))
                    connection.execute(
                        "insert into telemetry.migrations (name) values (%s)", [name]
                    )
            except psycopg.Error as error:
                error.add_note(f"{name} was not applied")
                raise
            logger.info("applied %s", name)
        renew(connection)
        return missing


class locked:  # noqa: N801 - reads as a verb in `with locked(connection)`
    """Hold the lock of schema changes."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection

    def __enter__(self) -> None:
        self._connection.execute("select pg_advisory_lock(%s)", [ADVISORY_LOCK])

    def __exit__(self, *_: object) -> None:
        if not self._connection.closed:
            self._connection.execute("select pg_advisory_unlock(%s)", [ADVISORY_LOCK])
