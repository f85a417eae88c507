"""What the application works with, passed in."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from ingest_api.address import Proxies
from ingest_api.body import Reader
from ingest_api.database_pulse import DatabasePulse
from ingest_api.database_reader import DatabaseReader
from ingest_api.geo import Locator
from ingest_api.log_probe import LogProbe
from ingest_api.meters import Meters
from ingest_api.rate_limit import RateLimiter
from ingest_api.settings import Settings


class Log(Protocol):
    """Where accepted events go."""

    def append(self, lines: bytes) -> None:
        """Return when whole lines are on disk. Raises LogUnavailableError where they are not."""


@dataclass(frozen=True)
class Dependencies:
    """The parts that the resources share. `clock` gives s since 1970."""

    settings: Settings
    reader: Reader
    log: Log
    proxies: Proxies
    locator: Locator
    limiter: RateLimiter
    database: DatabaseReader
    pulse: DatabasePulse
    probe: LogProbe
    meters: Meters
    clock: Callable[[], float] = time.time
