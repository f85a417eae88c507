"""The overview's queries answer what a count of the raw events does, under any filter."""

from __future__ import annotations

import psycopg
import pytest

from dashboard_app.filters import Filters
from tests.dashboard_app.queries.raw import FILTERS, WINDOWS, asked, counted, window


@pytest.mark.parametrize("filters", FILTERS, ids=str)
@pytest.mark.parametrize("days", WINDOWS)
def test_counts_are_those_of_the_events(
    filled: str, filters: Filters, days: tuple[int, int]
) -> None:
    shown = window(*days)
    with psycopg.connect(filled) as connection:
        activity = asked(connection, "overview/activity", shown, filters).frame
        assert len(activity) == days[1]
        found = activity[activity["events"] > 0]
        rows = zip(
            found["day"].dt.date, found["events"], found["visitors"],
            found["started"], found["completed"], strict=True,
        )  # fmt: skip
        assert sorted(rows) == counted(
            connection,
            "select day, count(*), count(distinct anon),"
            " count(*) filter (where evt = 'java.run.started'),"
            " count(*) filter (where evt = 'java.run.completed') from seen group by day order by 1",
            shown, filters,
        )  # fmt: skip

        visitors = asked(connection, "overview/visitors", shown, filters).frame["visitors"]
        query = "select count(distinct anon) from seen"
        assert [(visitors.iloc[0],)] == counted(connection, query, shown, filters)

        countries = asked(connection, "overview/countries", shown, filters).frame
        found = countries[["country", "events", "visitors"]]
        query = "select place, count(*), count(distinct anon) from seen group by 1 order by 1"
        rows_by_place = sorted(found.itertuples(index=False, name=None))
        assert rows_by_place == counted(connection, query, shown, filters)
        assert countries["visitors"].is_monotonic_decreasing


@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_versions_beyond_the_named_ones_are_one_row_a_day(filled: str, filters: Filters) -> None:
    shown = window(0, 40)
    with psycopg.connect(filled) as connection:
        frame = asked(connection, "overview/versions", shown, filters, named=2).frame
        rows = counted(
            connection,
            "select sum(visitors) from"
            " (select count(distinct anon) as visitors from seen group by day, ext) as each_day",
            shown, filters,
        )  # fmt: skip
    assert frame["version"].nunique() == 2
    assert not frame.duplicated(["day", "version"]).any()
    assert frame["visitors"].sum() == rows[0][0]
    assert frame.groupby("day")["share"].sum().to_numpy() == pytest.approx(1)
