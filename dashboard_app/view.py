"""A view: what a page is asked to show."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from dashboard_app.data import Freshness
from dashboard_app.window import Window


class View(NamedTuple):
    """What a page gets: the window to show, and what it may say beside it."""

    window: Window
    today: date  # UTC
    fresh: Freshness
