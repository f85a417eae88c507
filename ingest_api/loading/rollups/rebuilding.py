"""Make rollups anew from the events, a day in a transaction, while a server goes on loading."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

import psycopg

from ingest_api.loading.rollups.verification import Verification, add_visitors, days_between
from ingest_api.loading.transaction import add_rollups, take_turn
from ingest_api.metrics.meters import DIMENSIONS
from sql.run_events import RunEventsError, claim_run_events, hold_run_events, recorded
from sql.statements import statement

# the dimensions that only run events have: with another prefix other events are
OF_RUNS: Final = ("exit", "output", "exception")


def rebuild_day(
    connection: psycopg.Connection,
    day: date,
    run_events: str,
    max_values: int | None,
    forgets_names_of: Sequence[str] = (),
) -> None:
    """Put a UTC day's rollups in the place of those that are there.

    The names that the day has taken or refused stay so, but for the dimensions `forgets_names_of`:
    there they are ranked anew. It takes no more than `max_values` of each dimension, None: any
    number.
    Part of a transaction that has taken its turn, on a connection that ran `load/scratch`.
    """
    connection.execute(statement("maintenance/rebuild/clear_day"), {"day": day})
    if forgets_names_of:
        forgotten = {"day": day, "dimensions": list(forgets_names_of)}
        connection.execute(statement("maintenance/rebuild/clear_names"), forgotten)
    gathered = {"day": day, "run_events": run_events}
    connection.execute(statement("maintenance/rebuild/gather_day"), gathered)
    add_rollups(connection, max_values)
    connection.execute(statement("maintenance/rebuild/drop_names"), {"day": day})


class Rebuild:
    """Makes the rollups of one database anew. The connection is in autocommit mode, the owner's.

    With another `run_events` than the database's, or after such a rebuild that was not finished,
    nobody else may make rollups, and all days are made anew. Raises RunEventsError otherwise.
    """

    def __init__(
        self,
        connection: psycopg.Connection,
        run_events: str | None = None,
        first: date | None = None,
        last: date | None = None,
        max_values: int | None = None,
        *,
        names: bool = False,
    ) -> None:
        """Take the days, and whether the names that they took are chosen anew (`MAX_VALUES`)."""
        self._connection = connection
        self._max_values = max_values
        self.next_day: date | None = None
        connection.execute(statement("load/scratch"))
        connection.execute(statement("maintenance/rebuild/scratch"))
        before = recorded(connection)
        self.run_events = run_events or before.run_events
        self._forgets_names_of = DIMENSIONS if names else ()
        self.changes_all = before.rebuilt_before is not None or self.run_events != before.run_events
        if not self.changes_all:
            hold_run_events(connection)
            self.days = days_between(connection, first, last)
            return
        if first or last:
            raise RunEventsError("RUN_EVENTS changes for all days: leave out --from and --to")
        claim_run_events(connection)
        if self.run_events == before.run_events:
            first = before.rebuilt_before
        self.days = days_between(connection, first, None)
        with connection.transaction():
            connection.execute(
                statement("maintenance/rebuild/change_run_events"), {"run_events": self.run_events}
            )
            self._note_progress(self.days[0] if self.days else None)

    def make_day(self, day: date) -> None:
        """Make one of the `days` anew, in order."""
        self.next_day = day
        with self._connection.transaction():
            take_turn(self._connection)
            first_kept = recorded(self._connection).first_kept
            if first_kept is None or day >= first_kept:  # not deleted meanwhile
                names = self._forgets_names_of or (OF_RUNS if self.changes_all else ())
                rebuild_day(self._connection, day, self.run_events, self._max_values, names)
            if self.changes_all:
                self._note_progress(day + timedelta(days=1) if day < self.days[-1] else None)

    def mend_visitors(self) -> int:
        """Make anew what is kept of visitors whatever the day; return of how many it was wrong."""
        execute = self._connection.execute
        wrong = Verification(self._connection).find_visitors()
        if wrong:
            with self._connection.transaction():
                take_turn(self._connection)
                execute(statement("maintenance/rebuild/gather_differing"))
                execute(statement("maintenance/rebuild/clear_visitor_years"))
                execute(statement("maintenance/rebuild/clear_visitors"))
                add_visitors(self._connection)
                execute(statement("maintenance/rebuild/touch_days"))
                execute(statement("load/rollups/3_freshness"))
        return wrong

    def _note_progress(self, rebuilt_before: date | None) -> None:
        self._connection.execute(
            statement("maintenance/rebuild/note_progress"), {"rebuilt_before": rebuilt_before}
        )
