"""Values in the URL reach the database as parameters and break no page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import psycopg
import pytest
import streamlit as st

from dashboard_app.filters import Filters
from dashboard_app.query import run
from dashboard_app.query.cache import ask_view, environment_application
from dashboard_app.view import Freshness, View
from dashboard_app.window import Window
from tests.dashboard_app.conftest import RunApp
from tests.dashboard_app.query.test_run import NAMES, OWN
from tests.dashboard_app.sample import VERSIONS

HOSTILE: Final = (
    *("'; drop table telemetry.events; --", "' or '1'='1", '") or true --', "\\'; select 1; --"),
    *("%s", "%(first)s", "%%", "{}", "{first}", "$1", ":first", "\\", "\\\\", "'", '"', ";", "--"),
    *("/*", "$$", "E'\\x00'", "\0", "a\0b", "\x01\x02", "\r\n", "\u2028"),
    *("😀", "\U0010ffff", "٣", "＇; drop table x", "NULL", "null", "{a,b}", "{NULL}", "", " "),
    *("a" * 100_000, "'" * 10_000, "NaN", "-1", "1e400", "../../etc/passwd", "<script>"),
)
# every URL parameter bound to a widget
KEYS: Final = {
    "": ("country", "os", "version", "host", "event", "period", "from", "to", "compare", "count"),
    "activity": ("zone", "as"),
    "versions": ("of", "count", "as"),
    "errors": ("exception", "where"),
    "retention": ("by",),
    "sessions": ("session",),
    "explorer": ("property", "only", "value", "counted"),
}
TODAY: Final = datetime.now(UTC).date()
# a URL can't hold lone surrogates; the server rejects longer URLs
IN_URL: Final = (
    "'; drop table telemetry.events; --\\%s%(first)s{}$1\"" + "\x01\r\n\u2028😀\U0010ffff",
    "a\0b",
    "'" * 20_000,
)


@pytest.fixture(scope="module")
def asked(filled: str) -> Iterator[str]:
    """A database with events, queried through the dashboard's own connections."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", filled)
        st.cache_resource.clear()
        yield filled
        st.cache_resource.clear()
        st.cache_data.clear()


def stored(database: str) -> Any:
    """Return what would change if a filter did more than select rows."""
    with psycopg.connect(database) as connection:
        events = connection.execute("select count(*) from telemetry.events").fetchone()
        days = connection.execute("select sum(events) from telemetry.days").fetchone()
    return events, days


@pytest.mark.parametrize("name", [name for name in NAMES if not name.endswith("_filtered")])
def test_a_hostile_filter_matches_nothing_and_harms_nothing(asked: str, name: str) -> None:
    before = stored(asked)
    window = Window(TODAY - timedelta(days=6), TODAY)
    # a hostile value matches nothing: as many rows as for a value that doesn't occur
    expected = len(ask(name, window, Filters(versions=("no such version",))))
    for field in ("countries", "systems", "versions", "hosts"):
        hostile = replace(Filters(), **{field: HOSTILE})  # type: ignore[arg-type]
        assert len(ask(name, window, hostile)) == expected, field
    expected = len(ask(name, window, Filters(event="no.such.event")))
    for event in HOSTILE[:3]:
        assert len(ask(name, window, Filters(event=event))) == expected, event
    for key, value in OWN.get(name, {}).items():
        if key in ("country", "only_value"):
            for text in HOSTILE[::4]:
                ask(name, window, Filters(), **{key: text})
        elif key in ("path", "only_path", "steps"):
            assert isinstance(value, list)
            ask(name, window, Filters(), **{key: list(HOSTILE)})
    assert stored(asked) == before


@pytest.mark.parametrize("end", ["\0", "\0x", "\ud800"])
def test_what_text_can_not_hold_does_not_end_a_value(filled: str, end: str) -> None:
    values = {"first": TODAY - timedelta(days=27), "last": TODAY, "run_events": "java.run"}
    with psycopg.connect(filled) as connection:
        for version, count in ((VERSIONS[0], 1), (VERSIONS[0] + end, 0)):
            filters = Filters(versions=(version,)).parameters()
            found = run.ask(connection, "overview/visitors_filtered", **values, **filters)
            assert min(found.frame["visitors"].iloc[0], 1) == count


def ask(name: str, window: Window, filters: Filters, **own: Any) -> Any:
    view = View(
        window,
        None,
        filters,
        TODAY,
        Freshness(None, None, None, "java.run"),
        environment_application(),
    )
    return ask_view(name, view, **{**OWN.get(name, {}), **own}).frame


@pytest.mark.parametrize("page", KEYS)
def test_a_hostile_url_does_not_break_the_page(run_app: RunApp, filled: str, page: str) -> None:
    before = stored(filled)
    for value in IN_URL:
        app = run_app(filled, page, **dict.fromkeys(KEYS[page], value))
        assert not app.exception, app.exception
        assert not app.error, app.error
    assert stored(filled) == before
