"""Count and delete a visitor's rows in the database, and rebuild the rollups.

This works day by day, so that the loader waits at most for one day's rollups. In one transaction,
the visitor's events of the day are deleted, and the day's rollups are rebuilt from the remaining
events by the loader's own statements.
"""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

import psycopg

from ingest_api.loading.rollups.rebuilding import rebuild_day
from ingest_api.loading.transaction import take_turn
from sql.statements import statement


class Rows:
    """One visitor's rows in a database. The connection is in autocommit mode."""

    def __init__(self, connection: psycopg.Connection, visitor: uuid.UUID, run_events: str) -> None:
        self._connection = connection
        self._visitor = visitor
        self._run_events = run_events

    def count(self) -> dict[str, int]:
        """Return the number of rows by table, without empty tables."""
        return dict(self._run("count").fetchall())

    def days(self) -> list[date]:
        """Return the UTC days with events."""
        return [day for (day,) in self._run("days")]

    def forget(self) -> None:
        """Delete all rows. Call it again after a failure to continue. Raises psycopg.Error."""
        self._connection.execute(statement("load/scratch"))
        while True:
            for day in self.days():
                self._forget_day(day)
            with self._connection.transaction():
                take_turn(self._connection)
                # a running server may have loaded more of the visitor's events meanwhile
                if self._run("is_left").fetchone() == (False,) or not self.days():
                    self._run("touch_days")
                    self._run("clear_visitor")
                    self._connection.execute(statement("load/rollups/3_freshness"))
                    return

    def _forget_day(self, day: date) -> None:
        with self._connection.transaction():
            take_turn(self._connection)
            self._run("day_events", day=day)
            if self._run("has_rollups", day=day).fetchone() != (True,):
                return
            # the day has already admitted or refused every name in the remaining events
            rebuild_day(self._connection, day, self._run_events, max_values=None)

    def _run(self, name: str, **parameters: Any) -> psycopg.Cursor[Any]:
        given = {"visitor": self._visitor, **parameters}
        return self._connection.execute(statement(f"maintenance/forget/{name}"), given)
