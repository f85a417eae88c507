"""Open the loader's connections, to a migrated database whose RUN_EVENTS can't change."""

from __future__ import annotations

import psycopg

from sql.database import Database, connect_as
from sql.migrate import migrate
from sql.roles import INGEST
from sql.run_events import hold_run_events
from sql.statements import statement


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
