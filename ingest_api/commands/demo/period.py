"""The period of the demo events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

DAY_MS: Final = 86_400_000
LONGEST_DAYS: Final = 3660  # the longest window of GET /stats
EARLIEST: Final = date(1971, 1, 1)


@dataclass(frozen=True)
class Period:
    """`days` UTC days, starting at `first`; all events are before `until_ms`."""

    first: date
    days: int
    until_ms: int

    @property
    def last(self) -> date:
        """Return the last day."""
        return self.first + timedelta(days=self.days - 1)

    def day_ms(self, day: int) -> int:
        """Return the start of a day, counted from the first, in ms since 1970."""
        return _midnight_ms(self.first) + day * DAY_MS

    def weekday(self, day: int) -> int:
        """Return the weekday of a day, counted from the first: 0 is Monday."""
        return (self.first.weekday() + day) % 7


def period_up_to(end: date, days: int, now: datetime) -> Period:
    """Return the `days` UTC days up to and including `end`.

    Today ends at the last full hour, so that no event is in the future and another call within the
    hour gives the same period. Raises ValueError if the end is in the future or no hour is left.
    """
    if not 1 <= days <= LONGEST_DAYS:
        raise ValueError(f"--days {days}: should be from 1 to {LONGEST_DAYS}")
    today = now.astimezone(UTC).date()
    if end > today:
        raise ValueError(f"--end {end}: should not be in the future, today (UTC) is {today}")
    if (end - EARLIEST).days < days:
        raise ValueError(f"--end {end} --days {days}: should not begin before {EARLIEST}")
    first = end - timedelta(days=days - 1)
    until_ms = min(_midnight_ms(end) + DAY_MS, int(now.timestamp()) // 3600 * 3_600_000)
    if until_ms <= _midnight_ms(first):
        raise ValueError(f"--days {days}: today (UTC) has no full hour yet; use more days")
    return Period(first, days, until_ms)


def _midnight_ms(day: date) -> int:
    return (day - date(1970, 1, 1)).days * DAY_MS
