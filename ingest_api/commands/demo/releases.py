"""The releases: of the application every two weeks, of its host editor every month."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

INTERVAL_DAYS: Final = 14
JITTER_DAYS: Final = 2
FAULTY_AT: Final = 0.6  # of the period
FIXED_AFTER_DAYS: Final = 4
URGENT: Final = 0.3  # the fix rolls out in this fraction of the usual time
HOST_RELEASE_DAY: Final = 6  # of the month
HOST_HISTORY_MONTHS: Final = 8  # more than the slowest host lags behind


class Release(NamedTuple):
    """A version, and the day it came out, counted from the period's first."""

    version: str
    day: int
    rollout: float = 1.0  # multiplies each visitor's delay
    faulty: bool = False


def application_releases(days: int, rng: random.Random) -> tuple[Release, ...]:
    """Return the application's releases for a period, oldest first.

    The first is on or before its first day, then one follows about every two weeks. The one 60 %
    into the period is faulty, and soon fixed.
    """
    faulty_day = round(days * FAULTY_AT)
    before = -(-(faulty_day + JITTER_DAYS) // INTERVAL_DAYS)
    oldest = faulty_day - before * INTERVAL_DAYS
    releases: list[Release] = []
    for minor, day in enumerate(range(oldest, days, INTERVAL_DAYS)):
        if day == faulty_day:
            fixed_day = day + FIXED_AFTER_DAYS
            releases.append(Release(f"1.{minor}.0", day, faulty=True))
            releases.append(Release(f"1.{minor}.1", fixed_day, rollout=URGENT))
        else:
            jitter = rng.randint(-JITTER_DAYS, JITTER_DAYS)
            releases.append(Release(f"1.{minor}.0", day + jitter))
    return tuple(releases)


def host_releases(first: date, days: int) -> tuple[Release, ...]:
    """Return the host's monthly releases, oldest first, numbered like VS Code's."""
    month = first.year * 12 + first.month - 1 - HOST_HISTORY_MONTHS
    releases: list[Release] = []
    while True:
        day = (date(month // 12, month % 12 + 1, HOST_RELEASE_DAY) - first).days
        if day >= days:
            return tuple(releases)
        minor = max(0, 97 + month - (2025 * 12 + 1))  # 1.97 came in February 2025
        releases.append(Release(f"1.{minor}.0", day))
        month += 1


def running(
    releases: Sequence[Release],
    day: int,
    delay_days: float | None,
    installed_day: int | None = None,
) -> Release:
    """Return the release that a visitor runs on `day`.

    It is the newest one at their install, or a newer one that came out at least `delay_days` ago
    (None: they never update). Raises LookupError if no release is old enough.
    """
    for release in reversed(releases):
        if installed_day is not None and release.day <= installed_day:
            return release
        if delay_days is not None and release.day + delay_days * release.rollout <= day:
            return release
    raise LookupError(f"no release is old enough for day {day}: the first is {releases[0]}")
