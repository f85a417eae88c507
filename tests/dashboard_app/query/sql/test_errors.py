"""The exception queries match the raw events."""

from __future__ import annotations

import psycopg
import pytest

from dashboard_app.filters import Filters
from tests.dashboard_app.query.sql.raw import FILTERS, asked, counted, told, window

SHOWN = window(0, 40)


@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_exceptions_are_counted_by_phase(filled: str, filters: Filters) -> None:
    with psycopg.connect(filled) as connection:
        frame = asked(connection, "errors/exceptions", SHOWN, filters).frame
        rows = counted(
            connection,
            "select exception_hash, count(*), count(*) filter (where error_phase = 'compile'),"
            " count(*) filter (where error_phase <> 'compile'),"
            " (select min((t at time zone 'UTC')::date) from telemetry.events as e"
            " where e.exception_hash = seen.exception_hash)"
            " from seen where evt = 'java.run.error' group by exception_hash",
            SHOWN, filters,
        )  # fmt: skip
    columns = "exception", "errors", "compile_errors", "runtime_errors", "first_day"
    assert set(told(frame, *columns)) == set(rows)
    assert frame["errors"].is_monotonic_decreasing
    assert frame["share"].sum() == pytest.approx(1 if rows else 0)


@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_the_top_exceptions_are_counted_by_day(filled: str, filters: Filters) -> None:
    with psycopg.connect(filled) as connection:
        most = asked(connection, "errors/exceptions", SHOWN, filters).frame["exception"].head(2)
        frame = asked(connection, "errors/exception_days", SHOWN, filters, named=2).frame
        rows = counted(
            connection,
            "select exception_hash, day, count(*) from seen"
            " where evt = 'java.run.error' group by 1, 2",
            SHOWN, filters,
        )  # fmt: skip
    assert list(frame["exception"].drop_duplicates()) == list(most)
    assert set(told(frame, "exception", "day", "errors")) == {
        row for row in rows if row[0] in set(most)
    }


@pytest.mark.parametrize("filters", FILTERS, ids=str)
@pytest.mark.parametrize("dimension", ["ext", "os"])
def test_exceptions_are_counted_where_they_hit(
    filled: str, filters: Filters, dimension: str
) -> None:
    with psycopg.connect(filled) as connection:
        frame = asked(
            connection, "errors/exception_places", SHOWN, filters, named=50, dimension=dimension
        ).frame
        rows = counted(
            connection,
            f"select exception_hash, {dimension}, count(*), ("
            f"   select count(*) from seen as run where run.{dimension} = seen.{dimension}"
            "     and run.evt = 'java.run.started')"
            " from seen where evt = 'java.run.error' group by 1, 2",
            SHOWN, filters,
        )  # fmt: skip
    assert set(told(frame, "exception", "value", "errors", "started")) == set(rows)
    ran = frame[frame["started"] > 0]
    assert (ran["per_1000_runs"] * ran["started"]).to_numpy() == pytest.approx(1000 * ran["errors"])
    assert frame.loc[frame["started"] == 0, "per_1000_runs"].isna().all()
