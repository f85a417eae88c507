"""Bring a database to the form that this version of the code works with."""

from __future__ import annotations

import logging

import psycopg

from sql.renewal import renew
from sql.roles import make_roles
from sql.statements import names, statement

logger = logging.getLogger(__name__)

# any number will do that nobody else locks; every process of ours uses the same
ADVISORY_LOCK = 7305_2026
RUN_EVENTS = "java.run"  # what a new database gets
ONCE = ("schema", "migrations")  # applied once, in this order
FIRST_OF_0_1 = "migrations/0001_events"

# what commands say that leave the migrations to the server: it knows RUN_EVENTS
OTHER_VERSION = "its tables are of another version than this program: start the server first"
OF_0_1 = (
    "the database was made by version 0.1: start on an empty one, with the same YEARLY_SALT, and "
    "copy the events with `minigem import --from URL --table telemetry.events`, where URL is this "
    "database"
)
LATER = "the database was made by a later version of this program, which has also applied {}"


class MigrationError(RuntimeError):
    """The database can't be brought up to date; trying again would not help."""


def migrate(connection: psycopg.Connection, run_events: str | None = None) -> list[str]:
    """Apply what is missing of `schema/` and `migrations/`, and renew what is made anew.

    Returns which files were applied. `connection` must be in autocommit mode, and own the schema
    where something is missing; `run_events` is how the run events' names start, for a new database;
    None: RUN_EVENTS. Each file is a transaction of its own, and servers that start at once take
    turns; what was applied before one that fails stays. Raises MigrationError if the fault is in
    what is applied, in the rights of the login or in a database of another version,
    psycopg.OperationalError if the database is out of reach, short of something or busy.
    """
    try:
        return _migrate(connection, run_events)
    except psycopg.OperationalError:
        raise
    except psycopg.Error as error:
        if connection.closed:
            raise
        notes = getattr(error, "__notes__", ["its schema could not be made"])
        raise MigrationError(
            f"the database can't be brought up to date, it is as before: {'; '.join(notes)}: "
            f"{error.diag.message_primary or error}"
        ) from error


def is_made(connection: psycopg.Connection) -> bool:
    """Return whether there are tables of ours. Changes nothing. Raises psycopg.Error."""
    row = connection.execute(
        # `if not exists` would take the right to make it
        "select to_regclass('telemetry.migrations') is not null"
    ).fetchone()
    return row == (True,)


def require_known(connection: psycopg.Connection) -> None:
    """Raise MigrationError if 0.1 or a later version made it. Changes nothing; psycopg.Error."""
    _missing(connection)


def require_current(connection: psycopg.Connection) -> None:
    """Raise MigrationError if a file is missing. Changes nothing. Raises psycopg.Error."""
    if _missing(connection):
        raise MigrationError(OTHER_VERSION)


def _missing(connection: psycopg.Connection) -> list[str]:
    """Return the files to apply, in order. Raises MigrationError if another version made it."""
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
