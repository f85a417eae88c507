"""Each field of `GET /stats` is on some page, as a tile or in a cell with its data."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import psycopg
import pytest

from ingest_api.stats.answer import collect_stats
from tests.dashboard_app.conftest import RunApp

# for each field, the page that shows it: tiles by label, cells by name
SHOWN: Final = {
    "overview": {
        "from to windowDays total": "Events",
        "uniques": "Visitors",
        "daily": "daily_events daily_visitors",
        "byEvent tables.eventsTop": "events",
        "runs.started": "Runs",
    },
    "live": {"activeSessions": "Active sessions"},
    "activity": {"hourly hourlyVisitors": "hours", "dow": "weekdays week"},
    "geography": {"geo.byContinent": "continents", "geo.byCountry": "world countries"},
    "versions": {
        "extTypes": "Application versions",
        "vscodeTypes": "Host versions",
        "osTypes": "Operating systems",
        "installsTotal installsWindow": "Installs",
        "dailyOs": "adoption",
        "byExt tables.extTop": "versions",
        "byVscode tables.vscodeTop": "hosts",
        "byOs": "systems",
    },
    "performance": {
        "runs.completed": "Runs completed",
        "durations.median": "Median duration",
        "durations.p90": "p90 duration",
        "durations.avgWaitMs": "Mean wait for input",
        "durations.count durations.hist": "duration_classes",
        "interactiveRate": "Interactive",
        "truncationRate": "Output truncated",
        "outputBuckets": "outputs",
    },
    "errors": {
        "errors.compile errors.runtime": "error_rates",
        "errors.compileRate": "Compile error rate",
        "errors.runtimeRate": "Runtime error rate",
        "exitCodes tables.exitTop": "exit_code_totals",
        "dailyLearningOutcomes": "exit_codes",
        "topExceptions tables.exceptionsTop": "exceptions",
    },
    "sessions": {
        "sessionsRecent": "sessions_recent",
        "sessions.successTop": "runs_success",
        "sessions.frustratedTop": "runs_frustrated",
    },
}
NESTED: Final = ("runs", "errors", "durations", "geo", "sessions", "tables")


def test_no_field_is_missing(filled: str) -> None:
    now = datetime.now(UTC)
    with psycopg.connect(filled, autocommit=True) as connection:
        stats = collect_stats(connection, now.date(), now.date(), now)
    fields = {
        f"{name}.{part}" if part else name
        for name in stats.keys() - {"fingerprint"}
        for part in (stats[name] if name in NESTED else [""])
    }
    told = [field for page in SHOWN.values() for fields in page for field in fields.split()]
    assert sorted(told) == sorted(fields)


@pytest.mark.parametrize("page", SHOWN)
def test_a_page_shows_its_fields(run_app: RunApp, filled: str, page: str) -> None:
    app = run_app(filled, page="" if page == "overview" else page, period="28d")
    assert not app.exception
    tiles = {tile.label for tile in app.metric}
    for field, where in SHOWN[page].items():
        if where in tiles:
            continue
        for name in where.split():
            # a cell's data unfolds
            assert f"made of {name}" in app.session_state, field
