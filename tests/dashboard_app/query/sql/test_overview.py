"""The overview queries match the raw events, under any filter."""

from __future__ import annotations

import pandas as pd
import psycopg
import pytest

from dashboard_app.filters import Filters
from tests.dashboard_app.query.sql.raw import FILTERS, WINDOWS, asked, counted, window


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

        countries = asked(connection, "geography/countries", shown, filters).frame
        found = countries[["country", "events", "visitors"]]
        query = "select place, count(*), count(distinct anon) from seen group by 1 order by 1"
        rows_by_place = sorted(found.itertuples(index=False, name=None))
        assert rows_by_place == counted(connection, query, shown, filters)
        assert countries["visitors"].is_monotonic_decreasing


@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_rankings_are_those_of_the_events(filled: str, filters: Filters) -> None:
    shown = window(0, 40)
    with psycopg.connect(filled) as connection:
        versions = asked(connection, "overview/versions", shown, filters).frame
        query = "select ext, count(*), count(distinct anon) from seen group by 1 order by 1"
        rows = versions.itertuples(index=False, name=None)
        assert sorted(rows) == sorted(counted(connection, query, shown, filters))
        events = asked(connection, "overview/events", shown, filters).frame
        query = "select evt, count(*) from seen group by 1"
        rows = events.itertuples(index=False, name=None)
        assert sorted(rows) == sorted(counted(connection, query, shown, filters))
        assert events["events"].is_monotonic_decreasing


@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_new_visitors_were_never_seen_before(filled: str, filters: Filters) -> None:
    shown = window(0, 35)
    with psycopg.connect(filled) as connection:
        frame = asked(connection, "overview/activity", shown, filters).frame
        query = """
            select count(distinct anon) from seen where day =
                (select min((t at time zone 'UTC')::date) from telemetry.events as e
                 where e.anon = seen.anon)
        """
        assert [(frame["new_visitors"].sum(),)] == counted(connection, query, shown, filters)
        if not filters:
            assert 0 < frame["new_visitors"].sum() < 60


@pytest.mark.parametrize("filters", FILTERS, ids=str)
@pytest.mark.parametrize("days", WINDOWS)
def test_outcomes_of_runs_are_those_of_the_events(
    filled: str, filters: Filters, days: tuple[int, int]
) -> None:
    shown = window(*days)
    query = """
        select day, count(*), count(exit_code), count(*) filter (where exit_code = 0),
            percentile_disc(0.5) within group (order by duration_ms)
        from seen where evt = 'java.run.completed' group by day
        union all
        select null, count(*), count(exit_code), count(*) filter (where exit_code = 0),
            percentile_disc(0.5) within group (order by duration_ms)
        from seen where evt = 'java.run.completed' having count(*) > 0
        order by 1
    """
    with psycopg.connect(filled) as connection:
        frame = asked(connection, "overview/runs", shown, filters).frame
        expected = counted(connection, query, shown, filters)
    found = [None if pd.isna(day) else day.date() for day in frame["day"]]
    assert found == [row[0] for row in expected]
    assert list(frame["completed"]) == [row[1] for row in expected]
    assert list(frame["reported"]) == [row[2] for row in expected]
    assert list(frame["succeeded"]) == [row[3] for row in expected]
    assert list(frame["median"]) == pytest.approx([row[4] for row in expected], rel=0.01)


@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_sessions_are_those_of_the_events(filled: str, filters: Filters) -> None:
    shown = window(0, 40)
    query = """
        select day, count(distinct (anon, session_id)) from seen
        where session_id is not null group by day
        union all
        select null, count(distinct (anon, session_id)) from seen where session_id is not null
        having count(*) > 0
        order by 1
    """
    with psycopg.connect(filled) as connection:
        frame = asked(connection, "activity/sessions", shown, filters).frame
        expected = counted(connection, query, shown, filters)
    assert list(frame["sessions"]) == [row[1] for row in expected]
    assert frame["median"].le(frame["p90"]).all()
