"""The dashboard's queries answer what a count of the raw events does."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
import pytest

from dashboard_app.queries import ask
from sql.statements import names

PARAMETERS = {"first": date(2026, 1, 1), "last": date(2026, 1, 31), "named": 6}
FRAMES = [name.rpartition("/")[2] for name in names("queries/dashboard") if "fresh" not in name]


def window(days_ago: int, days: int) -> dict[str, date]:
    last = datetime.now(UTC).date() - timedelta(days=days_ago)
    return {"first": last - timedelta(days=days - 1), "last": last}


def raw(connection: psycopg.Connection, query: str, days: dict[str, date]) -> list[tuple[Any, ...]]:
    """Return the rows of a query on `seen`, the events of the window."""
    seen = (
        "with seen as (select *, (t at time zone 'UTC')::date as day, "
        "coalesce(country, 'Unknown') as place from telemetry.events "
        "where (t at time zone 'UTC')::date between %(first)s and %(last)s) "
    )
    return connection.execute((seen + query).encode(), days).fetchall()


@pytest.mark.parametrize("days", [window(0, 7), window(0, 40), window(3, 31), window(35, 60)])
def test_the_views_agree_with_the_raw_events(filled: str, days: dict[str, date]) -> None:
    with psycopg.connect(filled) as connection:
        activity = ask(connection, "daily_activity", **days).frame
        assert len(activity) == (days["last"] - days["first"]).days + 1
        counted = raw(
            connection, "select day, count(*), count(distinct anon) from seen group by 1", days
        )
        found = activity[activity["events"] > 0]
        days_found = list(found["day"].dt.date)
        assert set(zip(days_found, found["events"], found["visitors"], strict=True)) == set(counted)

        visitors = ask(connection, "visitors", **days).frame["visitors"].tolist()
        assert visitors == [raw(connection, "select count(distinct anon) from seen", days)[0][0]]

        countries = ask(connection, "countries", **days).frame
        counted = raw(
            connection, "select place, count(*), count(distinct anon) from seen group by 1", days
        )
        columns = countries[["country", "events", "visitors"]]
        assert set(columns.itertuples(index=False, name=None)) == set(counted)
        assert countries["visitors"].is_monotonic_decreasing


def test_versions_beyond_the_named_ones_are_one_row_a_day(filled: str) -> None:
    days = window(0, 40)
    with psycopg.connect(filled) as connection:
        frame = ask(connection, "daily_versions", **days, named=3).frame
        counted = raw(
            connection,
            "select sum(visitors) from "
            "(select count(distinct anon) as visitors from seen group by day, ext) as each_day",
            days,
        )
    assert frame["version"].nunique() == 3
    assert not frame.duplicated(["day", "version"]).any()
    assert frame["visitors"].sum() == counted[0][0]
    assert frame.groupby("day")["share"].sum().to_numpy() == pytest.approx(1)


@pytest.mark.parametrize("name", FRAMES)
def test_an_empty_database_gives_frames_of_the_same_types(
    name: str, connection: psycopg.Connection, filled: str
) -> None:
    empty = ask(connection, name, **PARAMETERS).frame
    with psycopg.connect(filled) as other:
        full = ask(other, name, **{**PARAMETERS, **window(0, 7)}).frame
    assert empty.dtypes.to_dict() == full.dtypes.to_dict()


@pytest.mark.parametrize("name", FRAMES)
def test_the_sql_that_is_shown_gives_the_same_answer(name: str, filled: str) -> None:
    with psycopg.connect(filled) as connection:
        answer = ask(connection, name, **{**PARAMETERS, **window(0, 28)})
        assert "%(" not in answer.sql
        assert len(connection.execute(answer.sql.encode()).fetchall()) == len(answer.frame)
