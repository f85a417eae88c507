"""The data that pages show, from the database or from a cache shared by all sessions.

To add a query: write `sql/queries/dashboard/<page>/<name>.sql` and ask it with
`ask_view("<page>/<name>", view)`. It may use the named parameters first and last (days, both
included), countries, systems, versions, hosts (lists of text, null for all), event (text, null for
all), run_events (prefix of run event names), and those that the page passes by name. The fragments
visits and events take them and do the filtering: see sql/statements.py.
If a rollup that can't be filtered answers faster, let `<name>.sql` read it and add a twin
`<name>_filtered.sql` with the same columns, which is used if a filter is set. The tests in
tests/dashboard_app/query/test_run.py find both on their own.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from operator import attrgetter
from typing import Any, Final

import streamlit as st

from dashboard_app.dimensions import DIMENSIONS
from dashboard_app.filters import Filters
from dashboard_app.query.database import MAX_CONNECTIONS, Reader
from dashboard_app.query.k_anonymity import Question, hide, needed
from dashboard_app.query.run import Answer, ask, variant
from dashboard_app.settings import SettingError
from dashboard_app.view import Freshness, View
from dashboard_app.window import Window
from sql.application import Application, default_application
from sql.statements import statement

FRAME_SECONDS = 20
FRESHNESS_SECONDS = 2
# each application has its own frames and connections
KEYS: Final[dict[str | type[Any], Callable[[Any], Any]]] = {Application: attrgetter("name")}


def ask_view(name: str, view: View, **own: Any) -> Answer:
    """Return a query's answer for a view: its frame, and the SQL as it ran.

    `name` is `<page>/<name>`, `own` are the parameters that only this query has. Small groups are
    hidden by K_ANONYMITY. Raises UnavailableError.
    """
    answer = _answer_to(view, name, **own)
    if view.k is None:
        return answer
    question = Question(name, own.get("dimension"))
    groups = answer.frame.head(0)
    if behind := needed(question, own):
        groups = _answer_to(view, behind[0], **behind[1]).frame
    return answer._replace(frame=hide(answer.frame, question, groups, view.k))


def ask_ahead(view: View, *names: str, **own: Any) -> None:
    """Run queries in parallel, before `ask_view` asks for them one by one.

    A page without this, or with too few names, shows the same but is slower. `own` are parameters
    of all named queries.
    """
    for name in names:
        _asking().submit(_answer_to, view, name, **own)


def ask_once(view: View, name: str, **own: Any) -> Answer:
    """Return an answer without caching it, since it may be large. Raises UnavailableError."""
    parameters = {**_parameters(view.window, view.filters, view.fresh.run_events), **own}
    return reader(view.application).read(lambda connection: ask(connection, name, **parameters))


@st.cache_data(ttl=FRESHNESS_SECONDS, show_spinner=False, hash_funcs=KEYS)
def freshness(application: Application) -> Freshness:
    """Return how fresh the data is. Raises UnavailableError."""
    query = statement("queries/dashboard/frame/freshness")
    row = reader(application).read(lambda connection: connection.execute(query).fetchone())
    assert row is not None
    return Freshness(*row)


def options(view: View) -> Mapping[str, Sequence[str]]:
    """Return the values of the filter's fields, by field, the most used first."""
    frame = ask_view("frame/options", view._replace(filters=Filters())).frame
    return {
        DIMENSIONS[str(dimension)].field: values["value"].tolist()
        for dimension, values in frame.groupby("dimension")
    }


def full_lists(view: View) -> frozenset[str]:
    """Return the dimensions of which some values in the window count as `(other)`."""
    answer = _answer_to(view._replace(filters=Filters()), "frame/full_lists")
    return frozenset(answer.frame["dimension"])


def matches(view: View) -> bool:
    """Return whether the view has any events, from enough visitors for K_ANONYMITY."""
    if view.k is not None:
        return has_enough_visitors(view)
    return bool(ask_view("frame/matches", view).frame["matches"].iloc[0])


def has_enough_visitors(view: View, counting: str = "overview/visitors", **own: Any) -> bool:
    """Return whether the view has at least K_ANONYMITY visitors, if that is set.

    `counting` is the query that counts them, `own` are its parameters.
    """
    k = view.k
    return k is None or bool(ask_view(counting, view, **own).frame["visitors"].iloc[0] >= k)


def _answer_to(view: View, name: str, **own: Any) -> Answer:
    return _answer(view.application, name, view.window, view.filters, view.fresh.run_events, **own)


@st.cache_data(ttl=FRAME_SECONDS, max_entries=500, show_spinner=False, hash_funcs=KEYS)
def _answer(
    application: Application,
    name: str,
    window: Window,
    filters: Filters,
    run_events: str,
    **own: Any,
) -> Answer:
    parameters = {**_parameters(window, filters, run_events), **own}
    wanted = variant(name, filtered=bool(filters))
    return reader(application).read(lambda connection: ask(connection, wanted, **parameters))


def _parameters(window: Window, filters: Filters, run_events: str) -> dict[str, Any]:
    return {
        "first": window.first,
        "last": window.last,
        **filters.parameters(),
        "run_events": run_events,
    }


@st.cache_resource(show_spinner=False, on_release=ThreadPoolExecutor.shutdown)
def _asking() -> ThreadPoolExecutor:
    # errors here occur again, and are shown, when the page itself asks
    return ThreadPoolExecutor(MAX_CONNECTIONS, "ask ahead")


@st.cache_resource(show_spinner=False)
def environment_application() -> Application:
    """Return the application configured in the environment. Raises SettingError."""
    try:
        return default_application(os.environ)
    except ValueError as error:
        raise SettingError(str(error)) from None


@st.cache_resource(show_spinner=False, on_release=Reader.close, hash_funcs=KEYS)
def reader(application: Application) -> Reader:
    """Return the connections to an application's database."""
    return Reader(application.database)
