"""The notebooks run on whatever data there is, and their figures are those of `GET /stats`."""

from __future__ import annotations

import ast
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import nbformat
import psycopg
import pytest

from dashboard_app.analysis.weeks import cohort_weeks
from dashboard_app.charts import releases
from dashboard_app.window import Window
from ingest_api.stats.answer import collect_stats
from tests.notebooks.conftest import NOTEBOOKS, RunNotebook, read_notebook

NAMES = sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))


def stats(database: str, days: int) -> dict[str, Any]:
    """Return the answer for so many days up to yesterday, the last of the demo data."""
    now = datetime.now(UTC)
    last = now.date() - timedelta(days=1)
    with psycopg.connect(database, autocommit=True) as connection:
        return collect_stats(connection, last - timedelta(days=days - 1), last, now)


def newcomers(database: str) -> tuple[int, int]:
    """Return the visitors who were new in the notebook's weeks, and those up to four weeks ago."""
    last = datetime.now(UTC).date() - timedelta(days=1)
    weeks = cohort_weeks(Window.up_to(last, 84))
    with psycopg.connect(database) as connection:
        row = connection.execute(
            "select count(*), count(*) filter (where first_day <= %(last)s::date - 28)"
            " from telemetry.visitors where first_day between %(first)s and %(last)s",
            {"first": weeks.first, "last": weeks.last},
        ).fetchone()
    assert row is not None
    return row[0], row[1]


def figures(values: list[str]) -> dict[str, Any]:
    """Return all figures that a notebook tells by name."""
    found: dict[str, Any] = {}
    for value in values:
        if value.startswith("{"):
            found |= ast.literal_eval(value)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_it_has_no_outputs_and_starts_with_how_to_open_it(name: str) -> None:
    notebook = read_notebook(name)
    nbformat.validate(notebook)
    assert notebook.cells[0].source.splitlines()[0].startswith("Open it with `make notebook`")
    for cell in notebook.cells:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None


def test_exploring_has_the_figures_of_stats(run_notebook: RunNotebook, demo: str) -> None:
    results = run_notebook("01_explore")
    expected = stats(demo, 28)
    found = figures(results.values())
    assert found == {
        "events": expected["total"],
        "visitors": expected["uniques"],
        **expected["runs"],
        "compile_errors": expected["errors"]["compile"],
        "runtime_errors": expected["errors"]["runtime"],
    }
    assert len(results.charts()) == 4
    assert "from generate_series" in results.printed()


def test_retention_has_the_figures_of_stats(run_notebook: RunNotebook, demo: str) -> None:
    results = run_notebook("03_retention_and_funnels")
    expected = stats(demo, 84)
    found = figures(results.values())
    # in the demo data each visitor installs once
    assert found["installed"] == expected["installsWindow"]
    assert found["visitors"] == expected["uniques"]
    assert (found["in cohorts"], found["in lifetimes"]) == newcomers(demo)
    assert len(results.charts()) == 4


def test_release_health_has_the_figures_of_stats(run_notebook: RunNotebook, demo: str) -> None:
    results = run_notebook("02_release_health")
    expected = stats(demo, 28)
    assert figures(results.values()) == {
        "started": expected["runs"]["started"],
        "runtime": expected["errors"]["runtime"],
        "durations": expected["durations"]["count"],
    }
    crash_free, difference, durations = results.charts()
    versions = {row["version"] for rows in crash_free["datasets"].values() for row in rows}
    assert len(versions) == 2
    for chart, title in (
        (crash_free, releases.CRASH_FREE_TITLE),
        (difference, releases.DIFFERENCE_TITLE),
        (durations, releases.DURATIONS_TITLE),
    ):
        assert chart["title"]["text"] == title, "a chart of the dashboard's own"
    assert re.search(r": (better|worse|no evidence)\. Its crash rate is", results.printed())
