"""The application's dependencies, passed in."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from ingest_api.events.geo import Locator
from ingest_api.events.reading import Reader
from ingest_api.http.client_address import Proxies
from ingest_api.http.rate_limit import RateLimiter
from ingest_api.log.probe import LogProbe
from ingest_api.metrics.meters import Meters
from ingest_api.settings import Settings
from ingest_api.stats.database import DatabaseReader
from ingest_api.stats.database_pulse import DatabasePulse
from sql.application import Application


class Log(Protocol):
    """Where accepted events go."""

    def append(self, lines: bytes) -> None:
        """Return when whole lines are on disk. Raises LogUnavailableError if they are not."""

    def is_stuck(self, seconds: float) -> bool:
        """Return whether a single write and sync has already taken longer than `seconds`."""


@dataclass(frozen=True)
class Dependencies:
    """The objects that the resources share. `clock` returns seconds since 1970."""

    settings: Settings
    application: Application
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
