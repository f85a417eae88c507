"""The geography, without a browser."""

from __future__ import annotations

import json
from typing import Any

from streamlit.testing.v1 import AppTest

from tests.dashboard_app.conftest import RunApp


def questions(app: AppTest) -> list[str]:
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
    assert questions(app)[-1] == "Where in Germany do the events come from?"


def test_without_a_country_the_page_says_how_to_see_regions(run_app: RunApp, filled: str) -> None:
    app = run_app(filled, page="geography")
    assert questions(app)[-1] == "Where in a country?"
    app = run_app(filled, page="geography", country="France")
    assert "told its region" in app.caption[-1].value


def test_numbers_can_be_events_and_shares(run_app: RunApp, filled: str) -> None:
    app = run_app(filled, page="geography", count="Events", **{"as": "Shares"})
    title = app.main.subheader[0].value
    assert title == "Where in the world do the events come from?"
    assert world(app)["layer"][1]["encoding"]["opacity"]["field"] == "share"
