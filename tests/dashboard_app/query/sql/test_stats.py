"""The pages on versions, runs and errors match `GET /stats` for the same days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
import psycopg
import pytest

from dashboard_app.filters import Filters
from ingest_api.stats.answer import collect_stats
from tests.dashboard_app.query.sql.raw import WINDOWS, asked, window

Shown = tuple[psycopg.Connection, dict[str, date], dict[str, Any]]


@pytest.fixture(params=WINDOWS, ids=str)
def shown(filled: str, request: pytest.FixtureRequest) -> Iterator[Shown]:
    """A connection, a window, and its stats."""
    days = window(*request.param)
    with psycopg.connect(filled, autocommit=True) as connection:
        now = datetime.now(UTC)
        yield connection, days, collect_stats(connection, days["first"], days["last"], now)


def frame(shown: Shown, name: str, **own: Any) -> pd.DataFrame:
    connection, days, _ = shown
    return asked(connection, name, days, Filters(), **own).frame


def totals(shown: Shown, dimension: str) -> dict[str, int]:
    """Return the completed runs of the window by one of their values."""
    counts = frame(shown, "runs/by_value", dimension=dimension).groupby("value")["runs"].sum()
    return {str(value): int(runs) for value, runs in counts.items()}


def rows(stats: dict[str, Any], table: str) -> list[tuple[str, int]]:
    return [(row["key"], row["count"]) for row in stats["tables"][table]]


def test_runs_errors_and_rates(shown: Shown) -> None:
    stats, sums = shown[2], frame(shown, "runs/days").sum(numeric_only=True)
    assert stats["runs"] == {"started": sums["started"], "completed": sums["completed"]}
    assert stats["errors"] == {
        "compile": sums["compile_errors"],
        "runtime": sums["runtime_errors"],
        "compileRate": pytest.approx(sums["compile_errors"] / sums["started"]),
        "runtimeRate": pytest.approx(sums["runtime_errors"] / sums["started"]),
    }
    assert stats["interactiveRate"] == pytest.approx(sums["interactive"] / sums["completed"])
    assert stats["truncationRate"] == pytest.approx(sums["truncated"] / sums["completed"])


def test_durations_and_waits(shown: Shown) -> None:
    told, sums = shown[2]["durations"], frame(shown, "runs/days").sum(numeric_only=True)
    duration = frame(shown, "runs/duration").iloc[0]
    classes = totals(shown, "duration")
    assert told == {
        "count": duration["runs"],
        "median": duration["p50"],
        "p90": duration["p90"],
        "hist": {
            "labels": told["hist"]["labels"],
            "values": [classes.get(str(place), 0) for place in range(8)],
        },
        "avgWaitMs": pytest.approx(sums["wait_ms"] / sums["waits"]),
    }
    assert frame(shown, "runs/histogram")["runs"].sum() == told["count"]


def test_exit_codes_and_output_sizes(shown: Shown) -> None:
    stats, exits = shown[2], frame(shown, "runs/by_value", dimension="exit")
    codes = totals(shown, "exit")
    # only pages distinguish runs without an exit code from those with exit 0
    codes["0"] += codes.pop("-")
    assert stats["exitCodes"] == codes == dict(rows(stats, "exitTop"))
    assert stats["outputBuckets"] == totals(shown, "output")
    as_zero = exits.assign(value=exits["value"].replace("-", "0"))
    exits = as_zero.groupby(["day", "value"], as_index=False).agg({"runs": "sum"})
    outcomes = {
        f"{day.date()}": dict(zip(of_day["value"], of_day["runs"], strict=True))
        for day, of_day in exits.groupby("day")
        if isinstance(day, pd.Timestamp)
    }
    assert stats["dailyLearningOutcomes"] == outcomes


def test_exceptions(shown: Shown) -> None:
    stats, found = shown[2], frame(shown, "errors/exceptions")
    counts = list(zip(found["exception"], found["errors"], strict=True))
    assert list(stats["topExceptions"].items()) == counts == rows(stats, "exceptionsTop")


def test_versions_of_the_application_and_its_host_and_systems(shown: Shown) -> None:
    stats = shown[2]
    for dimension, counts, table in (
        ("ext", "byExt", "extTop"),
        ("vscode", "byVscode", "vscodeTop"),
        ("os", "byOs", None),
    ):
        found = frame(shown, "versions/used", dimension=dimension)
        events = list(zip(found["value"], found["events"], strict=True))
        assert list(stats[counts].items()) == events
        if table:
            assert rows(stats, table) == events
            shares = [row["pct"] for row in stats["tables"][table]]
            assert shares == pytest.approx(found["share"])
