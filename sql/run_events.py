"""The prefix of the run events' names, which all rollups of a database depend on.

It is stored in the database. Every connection that writes rollups holds a lock as long as it is
open, so that the prefix can't change meanwhile. Changing it requires a rebuild of all rollups.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import psycopg

from sql.migrate import MigrationError
from sql.statements import statement

# shared by all connections that write rollups; exclusive for a rebuild with another prefix
RUN_EVENTS_LOCK = 7305_2030
REBUILD = "minigem rebuild"


class RunEventsError(MigrationError):
    """Some or all rollups use another prefix; the message says what to do."""


class Recorded(NamedTuple):
    """The stored settings of a database's rollups."""

    run_events: str
    rebuilt_before: date | None  # from this day on, the rollups have another prefix; None: none do
    first_kept: date | None  # retention deleted the rollups of earlier days; None: none


def recorded(connection: psycopg.Connection) -> Recorded:
    """Return the stored settings. Raises psycopg.Error."""
    row = connection.execute(statement("queries/settings")).fetchone()
    assert row is not None
    return Recorded(*row)


def hold_run_events(connection: psycopg.Connection, wanted: str | None = None) -> str:
    """Return the database's prefix, and lock it as long as this connection is open.

    Raises RunEventsError if another one is wanted, or if a rebuild is unfinished.
    """
    query = "select pg_try_advisory_lock_shared(%s)"
    held = connection.execute(query, [RUN_EVENTS_LOCK]).fetchone()
    found = recorded(connection)
    if held != (True,) or found.rebuilt_before is not None:
        raise RunEventsError(unfinished(found))
    require_run_events(connection, wanted)
    return found.run_events


def require_run_events(connection: psycopg.Connection, wanted: str | None) -> None:
    """Raise RunEventsError if the wanted prefix is not the database's; None accepts any."""
    found = recorded(connection).run_events
    if wanted not in (None, found):
        raise RunEventsError(
            f"RUN_EVENTS is {wanted}, but this database was filled with {found}: unset it, or stop "
            f"all servers and change the database: `{REBUILD} --run-events {wanted}`"
        )


def claim_run_events(connection: psycopg.Connection) -> None:
    """Prevent all others from writing rollups as long as this connection is open.

    Raises RunEventsError if another connection holds the shared lock.
    """
    query = "select pg_try_advisory_lock(%s)"
    if connection.execute(query, [RUN_EVENTS_LOCK]).fetchone() != (True,):
        raise RunEventsError(
            "a server, an import, a forget or a rebuild is connected to the database: stop it "
            "first, since it still uses the old RUN_EVENTS"
        )


def unfinished(found: Recorded) -> str:
    """Return the message for an unfinished rebuild: what to do."""
    since = f" from {found.rebuilt_before} on" if found.rebuilt_before else ""
    return (
        f"the rollups{since} are not yet rebuilt with RUN_EVENTS {found.run_events}: "
        f"run `{REBUILD}` to its end first"
    )
