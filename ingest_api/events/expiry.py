"""How long events are kept: the arithmetic of RETENTION_DAYS."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

DAY_MS = 86_400_000


def first_kept_day(now: float, retention_days: int | None) -> date | None:
    """Return the first UTC day that is kept at `now` (s since 1970); None if all are.

    Today is the last of the `retention_days`.
    """
    if retention_days is None:
        return None
    return datetime.fromtimestamp(now, UTC).date() - timedelta(days=retention_days - 1)


def first_kept_ms(now_ms: int, retention_days: int | None) -> int:
    """Return the first moment that is kept, in ms since 1970; 0 if all are."""
    return 0 if retention_days is None else (now_ms // DAY_MS - retention_days + 1) * DAY_MS
