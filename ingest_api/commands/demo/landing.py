"""Wait until what was sent is in the database, and so in `/stats`."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from ingest_api.commands.demo.sender import DatabaseHealth, SendError

POLL_S: Final = 0.2
# by then the server's lag includes all that it has acknowledged
LAG_SHOWS_S: Final = 2.0
# the age of what waits is in whole seconds, and may have been shown a second ago
LAG_STALE_S: Final = 3.0
PATIENCE_S: Final = 60.0  # without any progress
QUIET_S: Final = 5.0


def wait_until_loaded(
    ask: Callable[[], DatabaseHealth | None],
    tell: Callable[[str], None],
    clock: Callable[[], float] = time.monotonic,
    pause: Callable[[float], object] = time.sleep,
) -> None:
    """Return when all that was acknowledged before this call is loaded.

    `ask` returns the server's health, None if it shows none. Raises SendError with what to do if
    nothing has been loaded for a minute.
    """
    began = progressed = clock()
    least, told = None, False
    while True:
        health, now = ask(), clock()
        if health is None:
            tell("The server does not show its /dbhealth: the events reach /stats in a moment.")
            return
        lag = health.lag
        # others may go on sending: what waits is newer than ours if it is younger than this wait
        is_newer = lag.events == 0 or lag.seconds + LAG_STALE_S < now - began
        if health.ok and is_newer and now - began >= LAG_SHOWS_S:
            return
        if least is None or lag.events < least:
            least, progressed = lag.events, now
        if now - progressed > PATIENCE_S:
            what = f"the database is away ({health.reason})" if not health.ok else "none is loaded"
            raise SendError(
                f"All events are accepted and safe in the server's log, but {what}: {lag.events:,} "
                "wait. They come to /stats by themselves; the server's log says what hinders them."
            )
        if not told and now - began > QUIET_S:
            told = True
            tell(f"Waiting for {lag.events:,} events to be loaded into the database.")
        pause(POLL_S)
