"""Weeks: from Monday to Sunday, UTC."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from dashboard_app.window import Window

WEEK: Final = timedelta(weeks=1)
# fewer weeks say nothing about retention; a triangle of more than a year can't be read
FEWEST_WEEKS, MOST_WEEKS = 12, 53


def monday_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def cohort_weeks(window: Window) -> Window:
    """Return the cohort weeks, up to the window's end.

    They are those of the window, but at least FEWEST_WEEKS and at most MOST_WEEKS.
    """
    newest = monday_of(window.last)
    first = min(monday_of(window.first), newest - (FEWEST_WEEKS - 1) * WEEK)
    return Window(max(first, newest - (MOST_WEEKS - 1) * WEEK), window.last)
