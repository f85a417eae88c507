"""The parent's background tasks, each in a thread that restarts it if it fails."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Final

from ingest_api.backoff import Backoff
from ingest_api.metrics.meters import Meters

logger = logging.getLogger(__name__)

FIRST_PAUSE_SECONDS: Final = 0.5
LONGEST_PAUSE_SECONDS: Final = 60.0
LOOK_SECONDS: Final = 0.2


class Task:
    """Runs until it returns; if it raises, that is logged and counted, and it restarts."""

    def __init__(
        self,
        name: str,
        run: Callable[[threading.Event], None],
        meters: Meters,
        begins: threading.Event | None = None,
    ) -> None:
        """Take a name in `meters.TASKS`, and a function that returns when its event is set.

        If `begins` is given, the task waits until it is set.
        """
        self._name = name
        self._run = run
        self._meters = meters
        self._begins = begins
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._supervise, name=name, daemon=True)
        meters.note_success(name)

    def start(self, stop: threading.Event) -> None:
        """Start the thread; it ends after `stop` is set."""
        self._stop = stop
        self._thread.start()

    def join(self, seconds: float) -> None:
        """Wait for the end, at most `seconds`."""
        self._thread.join(max(0.0, seconds))

    def _supervise(self) -> None:
        while self._begins is not None and not self._begins.wait(LOOK_SECONDS):
            if self._stop.is_set():
                return
        backoff = Backoff(FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS)
        while True:
            began = time.monotonic()
            try:
                self._run(self._stop)
                return
            except Exception:  # the thread must continue, or its work would stop unnoticed
                if time.monotonic() - began > LONGEST_PAUSE_SECONDS:
                    backoff.succeed()
                pause = backoff.fail()
                logger.exception("the %s failed, restarting in %g s", self._name, pause)
            if self._stop.wait(pause):
                return
            self._meters.add(f"restarts:{self._name}")
