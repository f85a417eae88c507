"""The geography page, without a browser."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard_app.app_pages import geography
from dashboard_app.filters import Filters
from dashboard_app.view import Freshness, View
from dashboard_app.window import Window
from sql.application import Application
from sql.database import ExternalDatabase
from tests.dashboard_app.charts.frames import frame
from tests.dashboard_app.conftest import RunApp


def titles(app: AppTest) -> list[str]:
    return [str(heading.value) for heading in app.main.subheader]


def world(app: AppTest) -> dict[str, Any]:
    spec: dict[str, Any] = json.loads(app.get("vega_lite_chart")[0].proto.spec)
    return spec


def test_a_country_filters_the_page_but_not_what_can_be_chosen(
    run_app: RunApp, filled: str
) -> None:
    app = run_app(filled, page="geography", period="28d", country="Germany")
    assert not app.exception
    assert app.title[0].value == "Geography"
    assert "Only `Germany`" in app.caption[1].value
    rows = world(app)["layer"][1]["transform"][1]["from"]["data"]["values"]
    assert {row["country"] for row in rows} == {"DE", "US", "FR", "IN"}
    assert [row["country"] for row in rows if row["chosen"]] == ["DE"]
    assert titles(app)[-1] == "Visitors in Germany by region"


def test_without_a_country_the_page_says_how_to_see_regions(run_app: RunApp, filled: str) -> None:
    app = run_app(filled, page="geography")
    assert titles(app)[-1] == "Regions"
    app = run_app(filled, page="geography", country="France")
    assert "No regions are known" in app.caption[-1].value


def test_numbers_can_be_events_and_shares(run_app: RunApp, filled: str) -> None:
    app = run_app(filled, page="geography", count="Events", **{"as": "Shares"})
    title = app.main.subheader[0].value
    assert title == "World map of events"
    assert world(app)["layer"][1]["encoding"]["opacity"]["field"] == "share"


@pytest.mark.parametrize("measure", ["Visitors", "Events"])
def test_regions_are_counted_as_the_countries_are(
    run_app: RunApp, filled: str, measure: str
) -> None:
    app = run_app(filled, page="geography", country="Germany", count=measure, **{"as": "Shares"})
    regions = json.loads(app.get("vega_lite_chart")[-1].proto.spec)
    assert regions["layer"][0]["encoding"]["x"]["title"] == f"Share of {measure.lower()}"


def test_a_click_on_a_continent_chooses_its_countries_and_another_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chosen: list[Filters] = []
    monkeypatch.setattr(geography, "choose", chosen.append)
    countries = frame("country continent", ("DE", "EU"), ("US", "NA"), ("FR", "EU"))
    before = Filters(countries=("US",), event="app.started")

    def view(filters: Filters) -> View:
        day = date(2026, 3, 1)
        fresh = Freshness(None, day, day, "java.run")
        nowhere = Application("none", Path(), ExternalDatabase(""))
        return View(Window(day, day), None, filters, day, fresh, nowhere)

    geography._choose_continent(countries, view(before), {"continent": "EU"})
    assert chosen == [Filters(countries=("DE", "FR"), event="app.started")]
    geography._choose_continent(countries, view(chosen[0]), {"continent": "EU"})
    assert chosen[1:] == [Filters(event="app.started")]
