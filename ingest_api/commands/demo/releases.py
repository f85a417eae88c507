"""What is released when: the application every two weeks, the editor that hosts it every month."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

INTERVAL_DAYS: Final = 14
JITTER_DAYS: Final = 2
FAULTY_AT: Final = 0.6  # of the period
MENDED_AFTER_DAYS: Final = 4
URGENT: Final = 0.3  # the mend reaches everybody in this part of the usual time
HOST_RELEASE_DAY: Final = 6  # of the month
HOST_HISTORY_MONTHS: Final = 8  # more than the slowest host is behind


class Release(NamedTuple):
    """A version, and the day it came out, counted from the period's first."""

    version: str
    day: int
    rollout: float = 1.0  # times each visitor's own delay
    faulty: bool = False


def application_releases(days: int, rng: random.Random) -> tuple[Release, ...]:
    """Return the application's releases for a period, oldest first: one on or before its first day,
    then one about every two weeks. The one 60 % into the period is faulty and soon mended."""
    faulty_day = round(days * FAULTY_AT)
    before = -(-(faulty_day + JITTER_DAYS) // INTERVAL_DAYS)
    oldest = faulty_day - before * INTERVAL_DAYS
    releases: list[Release] = []
    for minor, day in enumerate(range(oldest, days, INTERVAL_DAYS)):
        if day == faulty_day:
            mended_day = day + MENDED_AFTER_DAYS
            releases.append(Release(f"1.{minor}.0", day, faulty=True))
            releases.append(Release(f"1.{minor}.1", mended_day, rollout=URGENT))
        else:
            jitter = rng.randint(-JITTER_DAYS, JITTER_DAYS)
            releases.append(Release(f"1.{minor}.0", day + jitter))
    return tuple(releases)


def host_releases(first: date, days: int) -> tuple[Release, ...]:
    """Return the host's monthly releases, oldest first, numbered as VS Code's have been of late."""
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

    It is the newest that was out when they installed, or, `delay_days` after it came out (None:
    never), a newer one. Raises LookupError where that is none.
    """
    for release in reversed(releases):
        if installed_day is not None and release.day <= installed_day:
            return release
        if delay_days is not None and release.day + delay_days * release.rollout <= day:
            return release
    raise LookupError(f"no release is old enough for day {day}: the first is {releases[0]}")
