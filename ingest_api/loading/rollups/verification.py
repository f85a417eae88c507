"""Recompute the rollups in temporary tables with the loader's own statements, and compare.

Each day is read in one snapshot, so its events and rollups match, and a server may keep loading. No
lock blocks it, and only temporary tables are written.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Final

import psycopg

from ingest_api.loading.rollups.difference import Difference
from ingest_api.loading.transaction import add_rollups
from sql.run_events import Recorded, RunEventsError, recorded, unfinished
from sql.statements import statement

# which names were admitted on a day can't be recomputed: it depends on the order of the events
GIVEN: Final = ("day_names",)
# computed from visitor_days, since the events are read one day at a time
OF_VISITORS: Final = ("visitor_years", "visitors")


class Verification:
    """Compares the rollups of one database. The connection is in autocommit mode."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection
        connection.execute(statement("load/scratch"))
        rows = connection.execute(statement("maintenance/verify/make_shadows")).fetchall()
        self._temporary = tuple(name for name, _ in rows)
        self._given = [name for name in self._temporary if name in GIVEN]
        self._of_days = [name for name, by_day in rows if by_day and name not in GIVEN]

    def days(self, first: date | None = None, last: date | None = None) -> list[date]:
        """Return the UTC days that can be recomputed, of those from `first` to `last`."""
        return days_between(self._connection, first, last)

    def of_day(self, day: date) -> list[Difference]:
        """Return the differences of a day. Raises RunEventsError, psycopg.Error."""
        with self._snapshot() as settings:
            if settings.first_kept is not None and day < settings.first_kept:
                return []  # deleted meanwhile
            for rollup in self._given:
                self._connection.execute(
                    statement("maintenance/verify/copy"), {"rollup": rollup, "day": day}
                )
            self._connection.execute(
                statement("maintenance/rebuild/gather_day"),
                {"day": day, "run_events": settings.run_events},
            )
            add_rollups(self._connection, None, self._temporary)
            return list(self._compare(self._of_days, day))

    def of_visitors(self) -> list[Difference]:
        """Return the differences of the per-visitor rollups."""
        with self._snapshot():
            self._recompute_visitors()
            return list(self._compare(OF_VISITORS, None))

    def find_visitors(self) -> int:
        """Put the visitors that differ into the table of `rebuild/scratch`; return how many."""
        with self._snapshot():
            self._recompute_visitors()
            return self._connection.execute(
                statement("maintenance/rebuild/find_differing")
            ).rowcount

    def _recompute_visitors(self) -> None:
        self._connection.execute(statement("maintenance/verify/gather_visitors"))
        add_visitors(self._connection, self._temporary)
        self._connection.execute(statement("maintenance/verify/given_visits"))

    @contextmanager
    def _snapshot(self) -> Iterator[Recorded]:
        with self._connection.transaction():
            self._connection.execute("set transaction isolation level repeatable read")
            self._connection.execute(statement("maintenance/verify/lock_events"))
            settings = recorded(self._connection)
            if settings.rebuilt_before is not None:
                raise RunEventsError(unfinished(settings))
            yield settings

    def _compare(
        self, rollups: list[str] | tuple[str, ...], day: date | None
    ) -> Iterator[Difference]:
        for rollup in rollups:
            row = self._connection.execute(
                statement("maintenance/verify/compare"), {"rollup": rollup, "day": day}
            ).fetchone()
            assert row is not None
            difference = Difference(rollup, day, *row)
            if difference.rows():
                yield difference


def days_between(
    connection: psycopg.Connection, first: date | None, last: date | None
) -> list[date]:
    """Return the UTC days with events or rollups, except those that retention deleted."""
    rows = connection.execute(statement("maintenance/verify/days"), {"first": first, "last": last})
    return [day for (day,) in rows]


def add_visitors(connection: psycopg.Connection, temporary: tuple[str, ...] = ()) -> None:
    """Add the gathered visitor-days to the per-visitor rollups, or to temporary ones."""
    for rollup in OF_VISITORS:
        connection.execute(statement(f"load/rollups/2_{rollup}", temporary))
