"""How far the database is behind the log, in the meters."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final

from ingest_api.log.folder import LogFolder
from ingest_api.metrics.meters import Meters

# a loader that has not looked for as long waits for the database
LATE_SECONDS: Final = 1.0


class Lag:
    """Measured by the loader between its loads; estimated while one takes long, or hangs."""

    def __init__(self, log: LogFolder, meters: Meters, clock: Callable[[], float]) -> None:
        self._log = log
        self._meters = meters
        self._clock = clock
        self._lock = threading.Lock()
        self._measured = time.monotonic()
        self._measured_at = clock()
        self._oldest: float | None = None  # s since 1970
        self._waiting = 0
        self._logged = 0  # less what was withdrawn
        self._accepted = 0

    def measure(self, *, database_up: bool) -> None:
        """Count what waits in the log; for the loader's thread."""
        # what came while a load took long waits too
        self._log.scan()
        waiting, oldest = self._log.waiting(), self._log.oldest()
        with self._lock:
            total = self._meters.total
            self._measured, self._measured_at = time.monotonic(), self._clock()
            # nobody knows how many are in the archives: one, at least
            self._waiting = waiting + len(self._log.archived)
            self._oldest = None if oldest is None else oldest / 1000
            self._logged = total("loaded_events") + total("rejected_events") + self._waiting
            self._accepted = total("accepted_events")
            self._show(0)
            self._meters.set("database_up", int(database_up))
            self._meters.add("loader_rounds")

    def estimate(self) -> None:
        """Add what was accepted since, where the last measure is long ago; for other threads."""
        with self._lock:
            if time.monotonic() - self._measured >= LATE_SECONDS:
                self._show(self._meters.total("accepted_events") - self._accepted)

    def _show(self, since: int) -> None:
        oldest = self._measured_at if self._oldest is None else self._oldest
        waiting = self._waiting + since
        age = max(0, int(self._clock() - oldest)) if waiting else 0
        total, add = self._meters.total, self._meters.add
        # counters only grow: what is not in the log any more is a counter of its own
        more = self._logged + since - (total("logged_events") - total("withdrawn_events"))
        add("logged_events" if more > 0 else "withdrawn_events", abs(more))
        self._meters.set("waiting_events", waiting)
        self._meters.set("lag_seconds", age)
