"""Rebuild rollups from the events, one day per transaction, while a server keeps loading."""

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

# the dimensions of run events: another prefix makes other events run events
OF_RUNS: Final = ("exit", "output", "exception")


def rebuild_day(
    connection: psycopg.Connection,
    day: date,
    run_events: str,
    max_values: int | None,
    forgets_names_of: Sequence[str] = (),
) -> None:
    """Replace a UTC day's rollups.

    The day keeps the names that it admitted and refused, except in the dimensions
    `forgets_names_of`, where they are ranked again. It admits at most `max_values` names per
    dimension; None: any number.
    Call this in a transaction that has taken its turn, on a connection that ran `load/scratch`.
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
    """Rebuilds the rollups of one database, on the owner's connection in autocommit mode.

    If `run_events` differs from the database's, or if such a rebuild was not finished, all days are
    rebuilt, and no server may be connected. Raises RunEventsError otherwise.
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
        """Take the days; with `names`, their admitted names are chosen again (`MAX_VALUES`)."""
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
            raise RunEventsError("a new RUN_EVENTS affects all days: leave out --from and --to")
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
        """Rebuild one of the `days`; call this in their order."""
        self.next_day = day
        with self._connection.transaction():
            take_turn(self._connection)
            first_kept = recorded(self._connection).first_kept
            if first_kept is None or day >= first_kept:  # not deleted meanwhile
                names = self._forgets_names_of or (OF_RUNS if self.changes_all else ())
                rebuild_day(self._connection, day, self.run_events, self._max_values, names)
            if self.changes_all:
                self._note_progress(day + timedelta(days=1) if day < self.days[-1] else None)

    def repair_visitors(self) -> int:
        """Rebuild the wrong rows of the per-visitor rollups; return how many visitors had any."""
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
