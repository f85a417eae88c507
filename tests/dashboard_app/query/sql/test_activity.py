"""The activity queries match the raw events, under any filter."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from dashboard_app.filters import Filters
from tests.dashboard_app.query.sql.raw import FILTERS, asked, counted, window
from tests.dashboard_app.sample import load


@pytest.mark.parametrize("filters", FILTERS, ids=str)
@pytest.mark.parametrize("zone", ["UTC", "America/New_York"])
def test_hours_are_those_of_the_events_in_the_zone(
    filled: str, filters: Filters, zone: str
) -> None:
    shown = window(0, 20)
    query = f"""
        select extract(dow from t at time zone '{zone}')::int,
            extract(hour from t at time zone '{zone}')::int, count(*)
        from seen group by 1, 2 order by 1, 2
    """
    with psycopg.connect(filled) as connection:
        frame = asked(connection, "activity/hours", shown, filters, zone=zone).frame
        expected = counted(connection, query, shown, filters)
    assert list(frame.itertuples(index=False, name=None)) == expected


@pytest.mark.parametrize("zone", ["UTC", "America/Los_Angeles", "Pacific/Auckland"])
@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_visitors_by_hour_are_distinct_and_of_any_zone(
    filled: str, filters: Filters, zone: str
) -> None:
    shown = window(0, 20)
    # a zone's offset from UTC is its offset at noon
    query = f"""
        select
            extract(hour from (day + time '12:00') at time zone 'UTC' at time zone '{zone}'
                + (hour - 12) * interval '1 hour')::integer,
            count(distinct anon)
        from seen group by 1
    """
    with psycopg.connect(filled) as connection:
        rows = counted(connection, query, shown, filters)
        frame = asked(connection, "activity/visitor_hours", shown, filters, zone=zone).frame
    assert list(frame["hour"]) == list(range(24))
    found = dict(zip(frame["hour"], frame["visitors"], strict=True))
    assert {hour: count for hour, count in found.items() if count} == dict(rows)


def test_hours_follow_a_zone_through_the_change_of_its_clocks(
    database: str, tmp_path: Path
) -> None:
    times = [datetime(2026, 3, day, 5, 30, tzinfo=UTC) for day in (28, 30)]
    events: list[tuple[str | None, dict[str, Any]]] = [
        (None, {"anon": "a", "evt": "app.started", "t": int(t.timestamp() * 1000)}) for t in times
    ]
    load(database, tmp_path, events)
    shown = {"first": date(2026, 3, 1), "last": date(2026, 4, 30)}
    for name, count in (("visitor_hours", "visitors"), ("hours", "events")):
        with psycopg.connect(database) as connection:
            frame = asked(
                connection, f"activity/{name}", shown, Filters(), zone="Europe/Berlin"
            ).frame
        assert sorted(frame.loc[frame[count] > 0, "hour"]) == [6, 7]


@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_active_visitors_are_distinct_over_the_days_that_end_with_each(
    filled: str, filters: Filters
) -> None:
    shown = window(2, 12)
    earlier = {**shown, "first": shown["first"] - timedelta(days=29)}
    with psycopg.connect(filled) as connection:
        frame = asked(connection, "activity/active", shown, filters).frame
        visits = counted(connection, "select distinct anon, day from seen", earlier, filters)
    assert len(frame) == 12
    for day, *found in frame[["day", "daily", "weekly", "monthly"]].itertuples(index=False):
        last = day.date()
        expected = [
            len({anon for anon, seen in visits if last - timedelta(days=n) < seen <= last})
            for n in (1, 7, 30)
        ]
        assert found == expected, last
