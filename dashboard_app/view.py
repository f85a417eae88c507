"""A view: what a page is asked to show."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from dashboard_app.filters import Filters
from dashboard_app.window import Window


class Freshness(NamedTuple):
    """When events were last loaded, and the first and last day that has any; None: never, none.

    `run_events` is the start of the run events' names, which may change with the data.
    """

    loaded_at: datetime | None
    first_day: date | None
    last_day: date | None
    run_events: str


class View(NamedTuple):
    """What a page gets: the window and the filter to show, and what it may say beside them."""

    window: Window
    compared: Window | None  # what to compare with; None: nothing, or not asked for
    filters: Filters
    today: date  # UTC
    fresh: Freshness

    def but(self, *fields: str) -> View:
        """Return the view without some fields of its filter."""
        return self._replace(filters=self.filters.but(*fields))

    @property
    def is_growing(self) -> bool:
        """Whether the window's last day is not over: counts of it are not compared."""
        return self.window.last >= self.today

    @property
    def run_events(self) -> str:
        """Start of the run events' names."""
        return self.fresh.run_events

    def before(self) -> View:
        """Return the view of what it is compared with. Raises ValueError where that is nothing."""
        if self.compared is None:
            raise ValueError("there is nothing to compare with")
        return self._replace(window=self.compared, compared=None)
