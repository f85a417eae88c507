"""Open the loader's connections, to a migrated database whose RUN_EVENTS can't change."""

from __future__ import annotations

import psycopg

from sql.database import Database, EmbeddedDatabase, connect_as
from sql.migrate import MigrationError, migrate, require_known
from sql.roles import INGEST
from sql.run_events import hold_run_events
from sql.statements import statement


def require_known_version(database: Database) -> None:
    """Raise MigrationError if version 0.1 or a later one made the database. Changes nothing.

    A database that does not answer within about two seconds passes, since the loader waits for it.
    Only an embedded one takes longer, if it has to be started.
    """
    if isinstance(database, EmbeddedDatabase) and not database.is_made():
        return
    try:
        database.ensure_running()
        with psycopg.connect(
            database.conninfo,
            autocommit=True,
            connect_timeout=2,
            application_name="telemetry start",
        ) as connection:
            connection.execute("set statement_timeout = '2s'")
            require_known(connection)
    except MigrationError:
        raise
    except (psycopg.Error, RuntimeError):
        pass  # the loader meets it again, and says so


def bring_up_to_date(database: Database, run_events: str | None) -> None:
    """Start the database if it is embedded, and migrate it. Raises MigrationError and others.

    A new database gets `run_events`.
    """
    database.ensure_running()
    with psycopg.connect(
        database.conninfo, autocommit=True, application_name="telemetry migration"
    ) as owner:
        migrate(owner, run_events)


def open_connection(
    database: Database, wanted_run_events: str | None
) -> tuple[psycopg.Connection, str]:
    """Return a connection for loading, and the prefix of the run events' names.

    Raises RunEventsError if `wanted_run_events` differs from the database's, and psycopg.Error.
    """
    connection = connect_as(INGEST, database, "telemetry loader")
    try:
        run_events = hold_run_events(connection, wanted_run_events)
        # safe: rows and positions are kept or lost together, and the log still has the events
        connection.execute("set synchronous_commit = off")
        connection.execute(statement("load/scratch"))
    except BaseException:
        connection.close()
        raise
    return connection, run_events
