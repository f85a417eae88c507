"""A visitor's rows in the database: counted and deleted, with the rollups made anew.

A day at a time, so that the loader waits for no longer than a day's rollups take: the visitor's
events of the day go, and what the loader's own statements make of the others' events is put in the
place of the day's rollups, in one transaction.
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
    """What a database holds of one visitor. The connection is in autocommit mode."""

    def __init__(self, connection: psycopg.Connection, visitor: uuid.UUID, run_events: str) -> None:
        self._connection = connection
        self._visitor = visitor
        self._run_events = run_events

    def count(self) -> dict[str, int]:
        """Return the number of rows by table, of those that have any."""
        return dict(self._run("count").fetchall())

    def days(self) -> list[date]:
        """Return the UTC days of which there are events."""
        return [day for (day,) in self._run("days")]

    def forget(self) -> None:
        """Delete all rows. Done again after a failure, it goes on. Raises psycopg.Error."""
        self._connection.execute(statement("load/scratch"))
        while True:
            for day in self.days():
                self._forget_day(day)
            with self._connection.transaction():
                take_turn(self._connection)
                # a running server may have loaded more of the visitor meanwhile
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
            # the events that are left bring no name that the day has not taken or refused
            rebuild_day(self._connection, day, self._run_events, max_values=None)

    def _run(self, name: str, **parameters: Any) -> psycopg.Cursor[Any]:
        given = {"visitor": self._visitor, **parameters}
        return self._connection.execute(statement(f"maintenance/forget/{name}"), given)
