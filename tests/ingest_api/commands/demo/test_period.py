"""Demo events are neither in the future nor before the first day asked for."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from ingest_api.commands.demo.period import period_up_to

NOW = datetime(2026, 3, 31, 15, 40, tzinfo=UTC)


def ms(text: str) -> int:
    return int(datetime.fromisoformat(f"{text}+00:00").timestamp()) * 1000


def test_today_ends_with_the_last_full_hour() -> None:
    period = period_up_to(date(2026, 3, 31), 90, NOW)
    assert period.until_ms == ms("2026-03-31T15:00")
    assert period.first == date(2026, 1, 1)
    assert period.last == date(2026, 3, 31)


def test_a_day_that_is_over_ends_at_midnight() -> None:
    period = period_up_to(date(2026, 3, 30), 1, NOW)
    assert period.until_ms == ms("2026-03-31T00:00")
    assert period.day_ms(0) == ms("2026-03-30T00:00")


def test_weekdays_are_those_of_the_calendar() -> None:
    period = period_up_to(date(2026, 3, 31), 90, NOW)
    for day in (0, 1, 50, 89):
        assert period.weekday(day) == (period.first + timedelta(days=day)).weekday()


@pytest.mark.parametrize(
    ("end", "days", "now", "named"),
    [
        (date(2026, 4, 1), 90, NOW, "--end 2026-04-01"),
        (date(2026, 3, 31), 0, NOW, "--days 0"),
        (date(2026, 3, 31), 3661, NOW, "--days 3661"),
        (date(1972, 3, 31), 500, NOW, "1971-01-01"),
        (date(2026, 3, 31), 1, datetime(2026, 3, 31, 0, 59, tzinfo=UTC), "no full hour"),
    ],
)
def test_a_period_that_cannot_be_is_refused_by_name(
    end: date, days: int, now: datetime, named: str
) -> None:
    with pytest.raises(ValueError, match=named):
        period_up_to(end, days, now)
