"""Weeks."""

from __future__ import annotations

from datetime import date

import pytest

from dashboard_app.analysis.weeks import FEWEST_WEEKS, MOST_WEEKS, cohort_weeks, monday_of
from dashboard_app.window import Window

SUNDAY = date(2026, 3, 1)


def test_a_week_begins_on_monday() -> None:
    assert monday_of(SUNDAY) == date(2026, 2, 23)
    assert monday_of(date(2026, 3, 2)) == date(2026, 3, 2)


@pytest.mark.parametrize(
    ("days", "weeks"),
    [(1, FEWEST_WEEKS), (77, FEWEST_WEEKS), (100, 15), (365, 53), (3660, MOST_WEEKS)],
)
def test_the_window_s_weeks_are_followed_but_some_at_least_and_a_year_s_at_most(
    days: int, weeks: int
) -> None:
    followed = cohort_weeks(Window.up_to(SUNDAY, days))
    assert followed.last == SUNDAY
    assert followed.first.weekday() == 0
    assert (monday_of(SUNDAY) - followed.first).days == 7 * (weeks - 1)
