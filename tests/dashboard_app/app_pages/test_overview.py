"""The overview page, without a browser: its numbers, its charts, and their data."""

from __future__ import annotations

import json
from typing import Any

import psycopg
from streamlit.testing.v1 import AppTest

from tests.dashboard_app.conftest import RunApp


def tile_values(app: AppTest) -> dict[str, str]:
    return {tile.label: tile.value for tile in app.metric}


def specs(app: AppTest) -> list[dict[str, Any]]:
    return [json.loads(chart.proto.spec) for chart in app.get("vega_lite_chart")]


def test_the_tiles_equal_the_database(run_app: RunApp, filled: str) -> None:
    app = run_app(filled, period="28d")
    with psycopg.connect(filled) as connection:
        row = connection.execute(
            "select count(*), count(distinct anon),"
            " count(*) filter (where evt = 'java.run.started')"
            " from telemetry.events"
            " where (t at time zone 'UTC')::date > (now() at time zone 'UTC')::date - 28"
        ).fetchone()
    assert row is not None
    tiles = tile_values(app)
    assert (tiles["Events"], tiles["Visitors"], tiles["Runs"]) == tuple(f"{n:,}" for n in row)


def test_each_chart_has_a_title_and_a_caption(run_app: RunApp, filled: str) -> None:
    app = run_app(filled)
    titles = [heading.value for heading in app.main.subheader]
    assert len(titles) == len(specs(app)) == 6
    assert not any(title.endswith("?") for title in titles)
    # as text, the title wraps on a phone, so the drawing does not repeat it
    assert all("title" not in spec for spec in specs(app))


def test_countries_can_be_counted_by_events(run_app: RunApp, filled: str) -> None:
    def measure(app: AppTest) -> str:
        return str(specs(app)[4]["layer"][0]["encoding"]["x"]["field"])

    assert measure(run_app(filled)) == "visitors"
    assert measure(run_app(filled, count="Events")) == "events"


def test_a_cell_unfolds_to_its_table_csv_and_sql(run_app: RunApp, filled: str) -> None:
    app = run_app(filled, period="28d")
    assert not app.dataframe
    app.session_state["made of countries"] = True
    app.run()
    table = app.dataframe[0].value
    assert {"DE", "US", "FR", "IN", "Unknown"} == set(table["country"])
    assert "telemetry.day_values" in app.code[0].value
    with psycopg.connect(filled) as connection:
        rows = connection.execute(app.code[0].value.encode()).fetchall()
    assert [row[0] for row in rows] == list(table["country"])


def test_changes_are_shown_only_against_a_whole_period(run_app: RunApp, filled: str) -> None:
    assert run_app(filled, period="7d").metric[0].delta.endswith("%")
    app = run_app(filled, period="28d")
    assert app.metric[0].delta == "–"
    assert any("no earlier data to compare" in caption.value for caption in app.caption)
    assert "not compared" in run_app(filled, page="geography").caption[0].value
    assert "not compared" not in run_app(filled, page="geography", compare="false").caption[0].value
