"""A view: what a page is asked to show."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from dashboard_app.filters import Filters
from dashboard_app.window import Window
from sql.application import Application


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
    application: Application
    k: int | None = None  # K_ANONYMITY: of how few visitors it may tell; None: of any number

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
        """Whether the window's last day is not over: counts of it are not compared."""
        return self.window.last >= self.today

    def both(self) -> list[View]:
        """Return this view and the one before it, less the last day where that is not over.

        Empty where nothing is compared.
        """
        if self.compared is None:
            return []
        views = [self, self.before()]
        return [view.but_last_day() for view in views] if self.is_growing else views

    def before(self) -> View:
        """Return the view of what it is compared with. Raises ValueError where that is nothing."""
        if self.compared is None:
            raise ValueError("there is nothing to compare with")
        return self._replace(window=self.compared, compared=None)
