"""The pages on versions, releases, durations and errors, without a browser."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from dashboard_app import formats
from ingest_api.stats.answer import collect_stats
from tests.dashboard_app.app_pages.test_overview import specs
from tests.dashboard_app.conftest import RunApp
from tests.dashboard_app.sample import load

CHARTS = {"versions": 6, "release-health": 3, "performance": 6, "errors": 6}


def stats(database: str, days: int) -> dict[str, Any]:
    now = datetime.now(UTC)
    with psycopg.connect(database, autocommit=True) as connection:
        return collect_stats(connection, now.date() - timedelta(days=days - 1), now.date(), now)


@pytest.mark.parametrize("page", CHARTS)
def test_each_chart_has_a_title_and_a_caption(run_app: RunApp, filled: str, page: str) -> None:
    app = run_app(filled, page=page, period="28d")
    assert not app.exception
    titles = [heading.value for heading in app.main.subheader]
    # the events cover too few days for a release to have spread
    empty = [said.value for said in app.info if "No data" in said.value]
    assert len(empty) == (page == "versions")
    assert len(specs(app)) + len(empty) == CHARTS[page]
    assert len(titles) == CHARTS[page] + (page == "release-health")  # a table
    assert not any(title.endswith("?") for title in titles[page == "release-health" :])


@pytest.mark.parametrize("page", CHARTS)
@pytest.mark.parametrize(
    "query",
    [
        {"event": "app.started"},
        {"version": "1.9.0", "host": "1.91.2"},
        {"country": "Germany", "compare": "true"},
        {"period": "custom", "from": "2001-01-01", "to": "2001-01-02"},
    ],
    ids=str,
)
def test_no_filter_breaks_a_page(
    run_app: RunApp, filled: str, page: str, query: dict[str, str]
) -> None:
    app = run_app(filled, page=page, **{"period": "28d", **query})
    assert not app.exception
    assert not app.error or page == "release-health"


@pytest.mark.parametrize("page", CHARTS)
def test_an_empty_database_says_how_to_send_the_first_event(
    run_app: RunApp, connection: psycopg.Connection, database: str, page: str
) -> None:
    app = run_app(database, page=page)
    assert not app.exception
    assert app.header[0].value == "Waiting for the first event"


def test_the_tiles_of_runs_equal_the_stats(run_app: RunApp, filled: str) -> None:
    told = stats(filled, 28)
    performance = run_app(filled, page="performance", period="28d")
    tiles = {tile.label: tile.value for tile in performance.metric}
    assert (
        tiles.items()
        >= {
            "Median duration": formats.duration(told["durations"]["median"]),
            "p90 duration": formats.duration(told["durations"]["p90"]),
            "Mean wait for input": formats.duration(told["durations"]["avgWaitMs"]),
            "Interactive": formats.percent(told["interactiveRate"], 1),
            "Output truncated": formats.percent(told["truncationRate"], 1),
        }.items()
    )
    errors = run_app(filled, page="errors", period="28d")
    assert {tile.label: tile.value for tile in errors.metric} == {
        "Runs started": formats.count(told["runs"]["started"]),
        "Compile error rate": formats.percent(told["errors"]["compileRate"], 1),
        "Runtime error rate": formats.percent(told["errors"]["runtimeRate"], 1),
    }


def test_the_attribute_of_the_curves_is_chosen_in_the_url(run_app: RunApp, filled: str) -> None:
    app = run_app(filled, page="versions", period="28d", of="Host")
    assert app.main.subheader[0].value == "Host versions per day"


def test_the_rule_behind_the_verdict_is_on_the_page(run_app: RunApp, filled: str) -> None:
    app = run_app(filled, page="release-health", period="28d")
    assert any("95 % interval of the difference" in text.value for text in app.caption)


@pytest.mark.parametrize("page", ["release-health", "performance", "errors"])
def test_a_filter_by_one_event_does_not_make_up_rates(
    run_app: RunApp, filled: str, page: str
) -> None:
    plain = run_app(filled, page=page, period="28d")
    for event in ("java.run.started", "java.run.error", "app.started"):
        app = run_app(filled, page=page, period="28d", event=event)
        assert not app.exception
        assert any("event filter doesn't apply" in caption.value for caption in app.caption)
        assert [tile.value for tile in app.metric] == [tile.value for tile in plain.metric]
        assert len(specs(app)) == len(specs(plain))
    assert not any("event filter doesn't apply" in caption.value for caption in plain.caption)


def test_the_newest_releases_are_shown_beside_those_before_them(
    run_app: RunApp, database: str, tmp_path: Path
) -> None:
    now = int(datetime.now(UTC).timestamp() * 1000)
    events: list[tuple[str | None, dict[str, Any]]] = [
        (None, {"anon": f"{version} {visitor}", "evt": "java.run.started", "t": now,
                "ext": f"1.{version}.0"})
        for version in range(20)
        for visitor in range(1 if version == 19 else 40 - version)
    ]  # fmt: skip
    load(database, tmp_path, events)
    app = run_app(database, page="release-health")
    shown = app.dataframe[0].value
    assert shown["version"].tolist() == [f"1.{version}.0" for version in range(19, 7, -1)]
    app = run_app(database, page="release-health", version="1.8.0")
    assert app.dataframe[0].value["version"].tolist() == ["1.8.0"]
    assert "`1.7.0`" in app.info[0].value


@pytest.mark.parametrize("version", ["[log in](//evil.example)", "1`\n\n[log in](//evil.example)"])
def test_filter_values_are_not_markdown(run_app: RunApp, filled: str, version: str) -> None:
    app = run_app(filled, page="", version=version)
    assert not app.exception
    said = [element.value for element in (*app.info, *app.caption) if "evil" in element.value]
    assert len(said) == 2
    for text in said:
        before, code, after = text.split("`")
        assert "evil" in code
        assert "\n" not in code
        assert "evil" not in before + after
