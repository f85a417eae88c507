"""Wait until all sent events are in the database, and so in `/stats`."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from ingest_api.commands.demo.sender import DatabaseHealth, SendError

POLL_S: Final = 0.2
# by then, the server's lag includes all acknowledged events
LAG_SHOWS_S: Final = 2.0
# the age of waiting events is in whole seconds, and may be a second old
LAG_STALE_S: Final = 3.0
PATIENCE_S: Final = 60.0  # without any progress
QUIET_S: Final = 5.0


def wait_until_loaded(
    ask: Callable[[], DatabaseHealth | None],
    tell: Callable[[str], None],
    clock: Callable[[], float] = time.monotonic,
    pause: Callable[[float], object] = time.sleep,
) -> None:
    """Return once all events acknowledged before this call are loaded.

    `ask` returns the server's health, or None if it is not reachable. Raises SendError, which says
    what to do, if nothing is loaded for a minute.
    """
    began = progressed = clock()
    least, reported = None, False
    while True:
        health, now = ask(), clock()
        if health is None:
            tell("The server's /dbhealth is not reachable: the events will be in /stats shortly.")
            return
        lag = health.lag
        # others may still be sending: events that wait for less time than we do are not ours
        is_newer = lag.events == 0 or lag.seconds + LAG_STALE_S < now - began
        if health.ok and is_newer and now - began >= LAG_SHOWS_S:
            return
        if least is None or lag.events < least:
            least, progressed = lag.events, now
        if now - progressed > PATIENCE_S:
            what = f"the database is down ({health.reason})" if not health.ok else "none is loaded"
            raise SendError(
                f"All events are accepted and safe in the server's log, but {what}: {lag.events:,} "
                "wait. They will reach /stats by themselves; the server's log says what is wrong."
            )
        if not reported and now - began > QUIET_S:
            reported = True
            tell(f"Waiting for {lag.events:,} events to be loaded into the database.")
        pause(POLL_S)
