"""Weeks: from Monday to Sunday, UTC."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from dashboard_app.window import Window

WEEK: Final = timedelta(weeks=1)
# a shorter window says nothing about coming back; more weeks than a year's are no triangle to read
FEWEST_WEEKS, MOST_WEEKS = 12, 53


def monday_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def cohort_weeks(window: Window) -> Window:
    """Return whole weeks up to the window's end, whose visitors are followed.

    They are the window's, but at least FEWEST_WEEKS and at most MOST_WEEKS of them.
    """
    newest = monday_of(window.last)
    first = min(monday_of(window.first), newest - (FEWEST_WEEKS - 1) * WEEK)
    return Window(max(first, newest - (MOST_WEEKS - 1) * WEEK), window.last)
