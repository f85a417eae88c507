"""What the pages show, from the database or from a cache that all who look share."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

import streamlit as st

from dashboard_app.queries import Answer, ask
from dashboard_app.reader import Reader
from dashboard_app.settings import SettingError
from dashboard_app.window import Window
from sql.database import environment_database
from sql.statements import statement

FRAME_SECONDS = 20
FRESHNESS_SECONDS = 2
NAMED_VERSIONS = 6


class Freshness(NamedTuple):
    """When events were last loaded, and the first and last day that has any; None: never, none."""

    loaded_at: datetime | None
    first_day: date | None
    last_day: date | None


@st.cache_data(ttl=FRESHNESS_SECONDS, show_spinner=False)
def freshness() -> Freshness:
    """Return how fresh the data is. Raises UnavailableError, SettingError."""
    query = statement("queries/dashboard/freshness")
    row = _reader().read(lambda connection: connection.execute(query).fetchone())
    assert row is not None
    return Freshness(*row)


def activity(window: Window) -> Answer:
    """Return every day's events, visitors, runs started and completed: columns day, events…."""
    return _frame("daily_activity", window.first, window.last)


def visitors(window: Window) -> int:
    """Return how many distinct visitors there were in the window."""
    return int(_frame("visitors", window.first, window.last).frame["visitors"].iloc[0])


def countries(window: Window) -> Answer:
    """Return columns country (code), name, continent, events, visitors; most visitors first."""
    return _frame("countries", window.first, window.last)


def versions(window: Window) -> Answer:
    """Return columns day, version (missing: all but the most used), visitors, share of the day."""
    return _frame("daily_versions", window.first, window.last, named=NAMED_VERSIONS)


@st.cache_data(ttl=FRAME_SECONDS, max_entries=300, show_spinner=False)
def _frame(name: str, first: date, last: date, **parameters: int) -> Answer:
    return _reader().read(
        lambda connection: ask(connection, name, first=first, last=last, **parameters)
    )


@st.cache_resource(show_spinner=False, on_release=Reader.close)
def _reader() -> Reader:
    try:
        return Reader(environment_database())
    except ValueError as error:
        raise SettingError(str(error)) from None
