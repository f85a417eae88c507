"""A view: the window, filter and data that a page shows."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from dashboard_app.filters import Filters
from dashboard_app.window import Window
from sql.application import Application


class Freshness(NamedTuple):
    """When events were last loaded, and the first and last day with events; None if there are none.

    `run_events` is the prefix of run event names, which may change with the data.
    """

    loaded_at: datetime | None
    first_day: date | None
    last_day: date | None
    run_events: str


class View(NamedTuple):
    """What a page gets: the window and filter to show, and the context it needs."""

    window: Window
    compared: Window | None  # the period to compare with, if any
    filters: Filters
    today: date  # UTC
    fresh: Freshness
    application: Application
    k: int | None = None  # K_ANONYMITY: the fewest visitors of a group; None: any number

    @property
    def lists_people(self) -> bool:
        """Whether single events and sessions may be shown."""
        return self.k is None

    def but(self, *fields: str) -> View:
        """Return the view without some fields of its filter."""
        return self._replace(filters=self.filters.but(*fields))

    def but_last_day(self) -> View:
        """Return the view without its last day and comparison. Raises ValueError for one day."""
        return self._replace(window=self.window.but_last(), compared=None)

    @property
    def is_growing(self) -> bool:
        """Whether the window's last day is not over, so that its counts are not compared."""
        return self.window.last >= self.today

    def both(self) -> list[View]:
        """Return this view and the previous one, without the last day if it is not over.

        Empty if nothing is compared.
        """
        if self.compared is None:
            return []
        views = [self, self.before()]
        return [view.but_last_day() for view in views] if self.is_growing else views

    def before(self) -> View:
        """Return the view it is compared with. Raises ValueError if there is none."""
        if self.compared is None:
            raise ValueError("this view is not compared with another")
        return self._replace(window=self.compared, compared=None)
