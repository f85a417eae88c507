"""What holds for every query of the dashboard, whichever page runs it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pandas as pd
import psycopg
import pytest

from dashboard_app.analysis.weeks import monday_of
from dashboard_app.filters import Filters
from dashboard_app.query.run import ask, variant
from sql.statements import FOLDER
from tests.conftest import own_database
from tests.dashboard_app.sample import HOSTS, SYSTEMS, VERSIONS

QUERIES = FOLDER / "queries" / "dashboard"
NAMES = sorted(
    f"{path.parent.name}/{path.stem}" for path in QUERIES.glob("*/*.sql")
    if path.stem != "freshness"
)  # fmt: skip
TWINS = [name for name in NAMES if f"{name}_filtered" in NAMES]
NOW = datetime.now(UTC)
TODAY = NOW.date()
WEEKS = {"first_week": monday_of(TODAY) - timedelta(weeks=20), "today": TODAY}
EXPLORED = {"path": ["exit"], "only_path": ["scannerUsage"], "only_value": "false", "most": 500}
# a query's parameters other than the window and the filter
OWN: dict[str, dict[str, Any]] = {
    "errors/exception_days": {"named": 2},
    "errors/exception_places": {"named": 2, "dimension": "os"},
    "activity/hours": {"zone": "Asia/Kolkata"},
    "activity/visitor_hours": {"zone": "America/St_Johns"},
    "frame/groups": {"list": "options"},
    "geography/regions": {"country": "DE"},
    "geography/region_visitors": {"country": "DE"},
    "live/minutes": {"now": NOW},
    "live/newest": {"now": NOW},
    "live/sessions": {"now": NOW},
    "retention/cohorts": WEEKS,
    "retention/curves": {**WEEKS, "by": "country", "named": 5},
    "notebooks/lifetimes": {"quiet_days": 7},
    "sessions/events": {"session": str(UUID(int=1)), "most": 100},
    "explorer/properties": {"sample": 100, "named": 100},
    "explorer/values": {**EXPLORED, "named": 3},
    "explorer/value_days": {**EXPLORED, "named": 3},
    "explorer/number_days": EXPLORED,
    "explorer/number_visitors": EXPLORED,
    "explorer/visitors": EXPLORED,
    "explorer/events": EXPLORED,
    "notebooks/funnel": {"steps": ["app.started", "java.run.started"]},
    "releases/health": {"named": 5},
    "releases/shared_days": {
        "releases": ["1.9.0"],
        "befores": ["1.2.0"],
        "first_days": [date.min],
        "last_days": [date.max],
    },
    "runs/by_value": {"dimension": "output"},
    "versions/adoption": {"named": 3, "dimension": "vscode"},
    "versions/matrix": {"named": 3},
    "versions/used": {"dimension": "vscode"},
}
EVERYTHING = Filters(
    countries=("DE", "US", "FR", "IN", "Unknown"), systems=SYSTEMS, versions=VERSIONS, hosts=HOSTS
)


def parameters(name: str, days_ago: int, days: int, filters: Filters) -> dict[str, Any]:
    """Return a query's parameters for a window of `days` days that ended `days_ago` days ago."""
    last = datetime.now(UTC).date() - timedelta(days=days_ago)
    return {
        "first": last - timedelta(days=days - 1),
        "last": last,
        **filters.parameters(),
        "run_events": "java.run",
        **OWN.get(name.removesuffix("_filtered"), {}),
    }


@pytest.mark.parametrize("name", TWINS)
@pytest.mark.parametrize("days", [(0, 7), (0, 40), (3, 31), (35, 60)])
def test_a_filter_that_matches_all_changes_nothing(
    filled: str, name: str, days: tuple[int, int]
) -> None:
    with psycopg.connect(filled) as connection:
        plain = ask(connection, name, **parameters(name, *days, Filters())).frame
        twin = f"{name}_filtered"
        for filters in (Filters(), EVERYTHING):
            found = ask(connection, twin, **parameters(name, *days, filters)).frame
            pd.testing.assert_frame_equal(found, plain)


@pytest.fixture(scope="module")
def empty(cluster: str) -> Iterator[psycopg.Connection]:
    with own_database(cluster) as database, psycopg.connect(database) as connection:
        yield connection


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_database_gives_frames_of_the_same_types(
    name: str, empty: psycopg.Connection, filled: str
) -> None:
    for filters in (Filters(), Filters(event="app.started")):
        values = parameters(name, 0, 7, filters)
        nothing = ask(empty, name, **values).frame
        with psycopg.connect(filled) as other:
            full = ask(other, name, **values).frame
        assert nothing.dtypes.to_dict() == full.dtypes.to_dict()


@pytest.mark.parametrize("name", NAMES)
def test_the_sql_that_is_shown_gives_the_same_answer(name: str, filled: str) -> None:
    filters = Filters(countries=("DE", "Unknown"), versions=("=1+2", "1.9.0"), hosts=HOSTS)
    with psycopg.connect(filled) as connection:
        answer = ask(connection, name, **parameters(name, 0, 28, filters))
        assert "%(" not in answer.sql
        assert len(connection.execute(answer.sql.encode()).fetchall()) == len(answer.frame)


@pytest.mark.parametrize("name", NAMES)
def test_each_query_says_who_reads_it(name: str) -> None:
    assert (QUERIES / f"{name}.sql").read_text().startswith("-- The dashboard's ")


def test_the_twin_is_asked_only_under_a_filter() -> None:
    assert variant("overview/visitors", filtered=False) == "overview/visitors"
    assert variant("overview/visitors", filtered=True) == "overview/visitors_filtered"
    assert variant("frame/options", filtered=True) == "frame/options"


def test_values_are_taken_as_they_are(filled: str) -> None:
    hostile = Filters(versions=("'; drop table telemetry.days; --", "%(first)s", "\\", "{}", "a,b"))
    values = parameters("overview/visitors_filtered", 0, 7, hostile)
    with psycopg.connect(filled) as connection:
        found = ask(connection, "overview/visitors_filtered", **values)
        assert found.frame["visitors"].tolist() == [0]
        assert connection.execute(found.sql.encode()).fetchall() == [(0,)]


def test_days_are_midnights_in_utc(filled: str) -> None:
    with psycopg.connect(filled) as connection:
        name = "overview/activity"
        frame = ask(connection, name, **parameters(name, 0, 3, Filters())).frame
    assert [day.date() for day in frame["day"]][-1] == datetime.now(UTC).date()
    assert isinstance(frame["day"].iloc[0].date(), date)
    assert str(frame["day"].dtype) == "datetime64[us, UTC]"
