"""What the pages show, from the database or from a cache that all who look share.

To add a query: write `sql/queries/dashboard/<page>/<name>.sql` and ask it with
`ask_view("<page>/<name>", view)`. It may use the named parameters first and last (days, both
included), countries, systems, versions, hosts (lists of text, null for all), event (text, null for
all), run_events (start of the run events' names), and those that the page passes by name. The
functions telemetry.visits_between and telemetry.events_between take them and do the filtering.
Where a rollup that knows no filter answers faster, let `<name>.sql` read that, and give it a twin
`<name>_filtered.sql` with the same columns, which is asked as soon as a filter is set. The tests in
tests/dashboard_app/query/test_run.py find both by themselves.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import streamlit as st

from dashboard_app.filters import Filters
from dashboard_app.query.database import MAX_CONNECTIONS, Reader
from dashboard_app.query.k_anonymity import Question, hide, needed
from dashboard_app.query.run import Answer, ask, variant
from dashboard_app.settings import SettingError, k_anonymity
from dashboard_app.view import Freshness, View
from dashboard_app.window import Window
from sql.application import default_application
from sql.statements import statement

FRAME_SECONDS = 20
FRESHNESS_SECONDS = 2
# the filter's fields by the dimensions of day_values
FIELDS: Final = {
    "country": "countries", "os": "systems", "ext": "versions", "vscode": "hosts", "evt": "event",
}  # fmt: skip


def ask_view(name: str, view: View, **own: Any) -> Answer:
    """Return the answer of a query to a view: its frame, and the SQL as it ran.

    `name` is `<page>/<name>`, `own` are the parameters that only this query has. Raises
    UnavailableError, SettingError.
    """
    return _told(name, view.window, view.filters, view.run_events, **own)


def ask_ahead(view: View, *names: str, **own: Any) -> None:
    """Have queries answered side by side, before `ask_view` asks for them one after the other.

    A page that leaves this out, or names too little, shows the same, later. `own` are parameters
    of all the queries named.
    """
    for name in names:
        _asking().submit(_answer, name, view.window, view.filters, view.run_events, **own)


def parameters_of(view: View) -> dict[str, Any]:
    """Return the parameters that every query may use."""
    return _parameters(view.window, view.filters, view.run_events)


@st.cache_data(ttl=FRESHNESS_SECONDS, show_spinner=False)
def freshness() -> Freshness:
    """Return how fresh the data is. Raises UnavailableError, SettingError."""
    query = statement("queries/dashboard/frame/freshness")
    row = reader().read(lambda connection: connection.execute(query).fetchone())
    assert row is not None
    return Freshness(*row)


def options(window: Window) -> Mapping[str, Sequence[str]]:
    """Return the values that the filter's fields can have, by field, the most used first."""
    frame = _told("frame/options", window, Filters(), freshness().run_events).frame
    return {
        FIELDS[str(dimension)]: values["value"].tolist()
        for dimension, values in frame.groupby("dimension")
    }


def full_lists(window: Window) -> frozenset[str]:
    """Return the dimensions of which some names in a window count as `(other)`."""
    answer = _answer("frame/full_lists", window, Filters(), freshness().run_events)
    return frozenset(answer.frame["dimension"])


def matches(view: View) -> bool:
    """Return whether the view has any event, and of no fewer visitors than may be told of."""
    if k_anonymity(os.environ) is not None:
        return may_be_told(view)
    return bool(ask_view("frame/matches", view).frame["matches"].iloc[0])


def may_be_told(view: View, counting: str = "overview/visitors", **own: Any) -> bool:
    """Return whether K_ANONYMITY, if set, lets so few visitors be told of as the view has.

    `counting` is the query that counts them, `own` are its parameters.
    """
    k = k_anonymity(os.environ)
    return k is None or bool(ask_view(counting, view, **own).frame["visitors"].iloc[0] >= k)


def _told(name: str, window: Window, filters: Filters, runs: str, **own: Any) -> Answer:
    """Return an answer without what K_ANONYMITY does not tell."""
    answer = _answer(name, window, filters, runs, **own)
    k = k_anonymity(os.environ)
    if k is None:
        return answer
    question = Question(name, own.get("dimension"))
    groups = answer.frame.head(0)
    if behind := needed(question, own):
        groups = _answer(behind[0], window, filters, runs, **behind[1]).frame
    return answer._replace(frame=hide(answer.frame, question, groups, k))


@st.cache_data(ttl=FRAME_SECONDS, max_entries=500, show_spinner=False)
def _answer(name: str, window: Window, filters: Filters, run_events: str, **own: Any) -> Answer:
    parameters = {**_parameters(window, filters, run_events), **own}
    wanted = variant(name, filtered=bool(filters))
    return reader().read(lambda connection: ask(connection, wanted, **parameters))


def _parameters(window: Window, filters: Filters, run_events: str) -> dict[str, Any]:
    return {
        "first": window.first,
        "last": window.last,
        **filters.parameters(),
        "run_events": run_events,
    }


@st.cache_resource(show_spinner=False, on_release=ThreadPoolExecutor.shutdown)
def _asking() -> ThreadPoolExecutor:
    # what goes wrong there goes wrong again, and is told, where the page itself asks
    return ThreadPoolExecutor(MAX_CONNECTIONS, "ask ahead")


@st.cache_resource(show_spinner=False, on_release=Reader.close)
def reader() -> Reader:
    """Return the connections. Raises SettingError where they can't be."""
    try:
        return Reader(default_application(os.environ).database)
    except ValueError as error:
        raise SettingError(str(error)) from None
