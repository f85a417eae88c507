"""Measure how far the database is behind the log, for the meters."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final

from ingest_api.log.folder import LogFolder
from ingest_api.metrics.meters import Meters

# a loader that has not measured for this long is waiting for the database
LATE_SECONDS: Final = 1.0


class Lag:
    """Measured by the loader between loads; estimated while a load takes long or hangs."""

    def __init__(self, log: LogFolder, meters: Meters, clock: Callable[[], float]) -> None:
        self._log = log
        self._meters = meters
        self._clock = clock
        self._lock = threading.Lock()
        self._measured = time.monotonic()
        self._measured_at = clock()
        self._oldest: float | None = None  # s since 1970
        self._waiting = 0
        self._logged = 0  # minus the withdrawn events
        self._accepted = 0

    def measure(self, *, database_up: bool) -> None:
        """Count the events that wait in the log. For the loader's thread."""
        # include the events that arrived during a long load
        self._log.scan()
        waiting, oldest = self._log.waiting(), self._log.oldest()
        with self._lock:
            total = self._meters.total
            self._measured, self._measured_at = time.monotonic(), self._clock()
            # the archives' line counts are unknown: count at least one each
            self._waiting = waiting + len(self._log.archived)
            self._oldest = None if oldest is None else oldest / 1000
            self._logged = total("loaded_events") + total("rejected_events") + self._waiting
            self._accepted = total("accepted_events")
            self._show(0)
            self._meters.set("database_up", int(database_up))
            self._meters.add("loader_rounds")

    def estimate(self) -> None:
        """Add the events accepted since the last measurement, if it is old. For other threads."""
        with self._lock:
            if time.monotonic() - self._measured >= LATE_SECONDS:
                self._show(self._meters.total("accepted_events") - self._accepted)

    def _show(self, since: int) -> None:
        oldest = self._measured_at if self._oldest is None else self._oldest
        waiting = self._waiting + since
        age = max(0, int(self._clock() - oldest)) if waiting else 0
        total, add = self._meters.total, self._meters.add
        # a counter can't go down: events that left the log have their own counter
        more = self._logged + since - (total("logged_events") - total("withdrawn_events"))
        add("logged_events" if more > 0 else "withdrawn_events", abs(more))
        self._meters.set("waiting_events", waiting)
        self._meters.set("lag_seconds", age)
