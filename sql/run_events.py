"""The start of the run events' names, which all rollups of a database are made with.

The database keeps it. Every connection that makes rollups holds a lock while it lives, so that the
prefix can't change meanwhile. To change it, all rollups have to be made anew.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import psycopg

from sql.migrate import MigrationError
from sql.statements import statement

# held shared by all that make rollups, alone by a rebuild with another prefix
RUN_EVENTS_LOCK = 7305_2030
REBUILD = "minigem rebuild"


class RunEventsError(MigrationError):
    """The rollups, or some of them, are made with another prefix; the message says what to do."""


class Recorded(NamedTuple):
    """What the rollups of a database are made with."""

    run_events: str
    rebuilt_before: date | None  # later days still have rollups of another prefix; None: none has
    first_kept: date | None  # retention deleted the rollups of the days before; None: never


def recorded(connection: psycopg.Connection) -> Recorded:
    """Return what is recorded. Raises psycopg.Error."""
    row = connection.execute(statement("queries/settings")).fetchone()
    assert row is not None
    return Recorded(*row)


def hold_run_events(connection: psycopg.Connection, wanted: str | None = None) -> str:
    """Return the database's prefix; nobody can change it while this connection lives.

    Raises RunEventsError if another one is wanted, or if not all rollups are made with it yet.
    """
    query = "select pg_try_advisory_lock_shared(%s)"
    held = connection.execute(query, [RUN_EVENTS_LOCK]).fetchone()
    found = recorded(connection)
    if held != (True,) or found.rebuilt_before is not None:
        raise RunEventsError(unfinished(found))
    require_run_events(connection, wanted)
    return found.run_events


def require_run_events(connection: psycopg.Connection, wanted: str | None) -> None:
    """Raise RunEventsError if another prefix is wanted than the database's; None: any will do."""
    found = recorded(connection).run_events
    if wanted not in (None, found):
        raise RunEventsError(
            f"RUN_EVENTS is {wanted}, but this database was filled with {found}: unset it, or stop "
            f"all servers and change the database: `{REBUILD} --run-events {wanted}`"
        )


def claim_run_events(connection: psycopg.Connection) -> None:
    """Keep all others from making rollups while this connection lives.

    Raises RunEventsError if any connection may.
    """
    query = "select pg_try_advisory_lock(%s)"
    if connection.execute(query, [RUN_EVENTS_LOCK]).fetchone() != (True,):
        raise RunEventsError(
            "a server, an import, a forget or a rebuild is connected to the database: stop it "
            "first, since it still uses the old RUN_EVENTS"
        )


def unfinished(found: Recorded) -> str:
    """Return what to do while not all rollups are made with one prefix."""
    since = f" from {found.rebuilt_before} on" if found.rebuilt_before else ""
    return (
        f"the rollups{since} are not yet rebuilt with RUN_EVENTS {found.run_events}: "
        f"run `{REBUILD}` to its end first"
    )
