"""The explorer page, without a browser."""

from __future__ import annotations

import json
from typing import Any

import psycopg
import pytest
from streamlit.testing.v1 import AppTest

from dashboard_app.app_pages import explorer as page
from tests.dashboard_app.conftest import RunApp

COMPLETED = {"event": "java.run.completed", "period": "28d"}


def specs(app: AppTest) -> list[dict[str, Any]]:
    return [json.loads(chart.proto.spec) for chart in app.get("vega_lite_chart")]


def test_it_begins_with_a_property_that_says_something(run_app: RunApp, filled: str) -> None:
    app = run_app(filled, "explorer", **COMPLETED)
    assert not app.exception
    assert app.selectbox(key="property").value not in (None, "sessionId")
    assert "sessionId" in app.selectbox(key="property").options
    assert all(heading.value for heading in app.main.subheader)


def test_numbers_have_percentiles_texts_and_codes_have_none(run_app: RunApp, filled: str) -> None:
    numbers = run_app(filled, "explorer", property="durationMs", **COMPLETED)
    # hardly any duration occurs twice, so single values over time show nothing
    assert len(specs(numbers)) == 2
    assert [tile.label for tile in numbers.metric] == list(page.SUMMARY.values())
    for name in ("cumulativeBytesBucket", "exit"):
        few = run_app(filled, "explorer", property=name, **COMPLETED)
        assert len(specs(few)) == 2
        assert not few.metric


def test_a_value_in_the_url_narrows_the_events(run_app: RunApp, filled: str) -> None:
    def events(**query: str) -> int:
        app = run_app(filled, "explorer", property="exit", **query, **COMPLETED)
        assert not app.exception
        caption = next(text.value for text in app.caption if text.value.startswith("Based on"))
        return int(caption.split()[2].replace(",", ""))

    with psycopg.connect(filled) as connection:
        row = connection.execute(
            "select count(*), count(*) filter (where scanner_usage) from telemetry.events"
            " where evt = 'java.run.completed'"
            " and (t at time zone 'UTC')::date > (now() at time zone 'UTC')::date - 28"
        ).fetchone()
    assert row == (events(), events(only="scannerUsage", **{"is": "true"}))
    assert row[1] < row[0]


@pytest.mark.parametrize("text", ["a..b", '"', "*bold*.."])
def test_an_invalid_property_is_shown_as_typed(run_app: RunApp, filled: str, text: str) -> None:
    app = run_app(filled, "explorer", property=text)
    assert not app.exception
    assert app.warning
    assert app.text[0].value.startswith(text)


def test_an_unsent_property_is_set_in_no_event(run_app: RunApp, filled: str) -> None:
    app = run_app(filled, "explorer", property="nobody.sent.it")
    assert not app.exception
    assert any("; 0 of them have the property" in caption.value for caption in app.caption)


def test_events_without_properties_show_a_message(run_app: RunApp, filled: str) -> None:
    app = run_app(filled, "explorer", event="app.started", property="")
    assert not app.exception
    # their session is one
    assert app.selectbox(key="property").options == ["sessionId"]


def test_a_reached_limit_is_shown() -> None:
    assert "Based on 12 events" in page.bounds(12, 3)
    assert f"Based on the newest {page.MOST_EVENTS:,} events" in page.bounds(page.MOST_EVENTS, 3)
