"""The filter: its parameters, text and state, and the widgets that set it."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from dashboard_app.filters import Filters
from tests.dashboard_app.conftest import RunApp
from tests.dashboard_app.query.test_k_anonymity import TITLES

SOME = Filters(countries=("DE", "Unknown"), versions=("1.0",), event="app.started")


def test_an_empty_field_is_no_filter_and_null_in_a_query() -> None:
    assert not Filters()
    assert set(Filters().parameters().values()) == {None}
    assert SOME
    assert SOME.parameters() == {
        "countries": ["DE", "Unknown"],
        "systems": None,
        "versions": ["1.0"],
        "hosts": None,
        "event": "app.started",
    }


def test_a_filter_has_a_readable_text_and_a_link() -> None:
    assert str(SOME) == "Germany, Unknown · 1.0 · app.started"
    assert urlencode(SOME.query()) == (
        "country=Germany&country=Unknown&version=1.0&event=app.started"
    )


def test_a_chart_can_leave_out_what_it_chooses() -> None:
    assert SOME.but("countries", "event") == Filters(versions=("1.0",))


def test_a_click_chooses_just_that_and_another_click_takes_it_away() -> None:
    clicked = SOME.picked({"countries": "US"})
    assert clicked == Filters(countries=("US",), versions=("1.0",), event="app.started")
    assert clicked.picked({"countries": "US"}) == SOME.but("countries")
    cell = SOME.picked({"versions": "2.0", "hosts": "1.90"})
    assert (cell.versions, cell.hosts) == (("2.0",), ("1.90",))
    assert cell.picked({"versions": "2.0", "hosts": "1.90"}) == SOME.but("versions", "hosts")
    assert SOME.picked({"event": "other"}).event == "other"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"country": "Germany"}, "Only `Germany`"),
        ({"os": "Linux", "version": "1.9.0"}, "Only `Linux · 1.9.0`"),
        ({"host": "1.91.2"}, "Only `1.91.2`"),
        ({"event": "java.run.error"}, "Only `java.run.error`"),
    ],
)
def test_a_link_chooses_it(run_app: RunApp, filled: str, query: dict[str, str], said: str) -> None:
    app = run_app(filled, period="28d", **query)
    assert not app.exception
    assert said in app.caption[1].value
    assert app.metric[0].value != run_app(filled, period="28d").metric[0].value


def test_an_unsent_value_is_kept_and_matches_nothing(run_app: RunApp, filled: str) -> None:
    hostile = "`<img src=x>'; drop table x"
    app = run_app(filled, version=hostile)
    assert not app.exception
    assert "No events of" in app.info[0].value
    assert app.sidebar.multiselect[2].value == [hostile]
    app.button[0].click().run()
    assert not app.info


OF_RUNS = ("Release health", "Performance", "Errors")


@pytest.mark.parametrize("title", TITLES)
def test_a_link_shows_the_same_view_on_each_page(run_app: RunApp, filled: str, title: str) -> None:
    path = "" if title == TITLES[0] else title.lower().replace(" ", "-")
    app = run_app(filled, page=path, period="28d", country="Germany", event="java.run.started")
    assert not app.exception
    assert app.title[0].value == title
    said = [caption.value for caption in app.caption]
    assert any("Data as of" in text and "UTC" in text for text in said)
    # a run spans several events
    only = "Germany" if title in OF_RUNS else "Germany · java.run.started"
    assert any(f"Only `{only}`" in text for text in said)
    assert app.sidebar.multiselect[0].value == ["DE"]
    assert app.sidebar.selectbox[0].value == "java.run.started"


def test_an_invalid_country_is_dropped(run_app: RunApp, filled: str) -> None:
    app = run_app(filled, country="Atlantis")
    assert not app.exception
    assert app.sidebar.multiselect[0].value == []


def test_a_reset_is_one_click(run_app: RunApp, filled: str) -> None:
    app = run_app(filled, period="28d", compare="false", country="Germany", event="app.started")
    reset = next(button for button in app.sidebar.button if button.label == "Reset")
    reset.click().run()
    assert not app.exception
    assert [chosen.value for chosen in app.sidebar.multiselect] == [[], [], [], []]
    assert app.sidebar.selectbox[0].value is None
    assert app.sidebar.toggle[0].value is True
    assert len(app.caption[0].value.split("–")) > 1


def test_the_filter_stays_while_the_database_is_unreachable(run_app: RunApp) -> None:
    app = run_app("postgresql://127.0.0.1:1/telemetry", country="Germany", version="1.0")
    assert app.header[0].value == "Waiting for the database"
    assert app.sidebar.multiselect[0].value == ["DE"]
    assert app.sidebar.multiselect[2].value == ["1.0"]
