"""The pages on events and visitors match `GET /stats` for the same days."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pandas as pd

from tests.dashboard_app.query.sql.test_stats import Shown, frame, rows, shown

__all__ = ["shown"]


def by_day(table: pd.DataFrame) -> dict[str, Any]:
    return {f"{day:%Y-%m-%d}": of_day for day, of_day in table.groupby("day")}


def test_events_and_visitors_of_all_and_of_each_day(shown: Shown) -> None:
    stats, activity = shown[2], frame(shown, "overview/activity")
    assert stats["total"] == activity["events"].sum()
    assert stats["uniques"] == frame(shown, "overview/visitors")["visitors"].iloc[0]
    assert stats["daily"] == {
        "dates": [f"{day:%Y-%m-%d}" for day in activity["day"]],
        "hits": activity["events"].tolist(),
        "uniques": activity["visitors"].tolist(),
    }


def test_names_of_events_and_their_shares(shown: Shown) -> None:
    stats, events = shown[2], frame(shown, "overview/events")
    counted = list(zip(events["event"], events["events"], strict=True))
    assert list(stats["byEvent"].items()) == counted == rows(stats, "eventsTop")
    total = events["events"].sum()
    assert [row["pct"] for row in stats["tables"]["eventsTop"]] == list(events["events"] / total)


def test_hours_and_weekdays(shown: Shown) -> None:
    stats, hours = shown[2], frame(shown, "activity/hours", zone="UTC")
    by_hour = hours.groupby("hour")["events"].sum().reindex(range(24), fill_value=0)
    assert stats["hourly"] == by_hour.tolist()
    by_weekday = hours.groupby("weekday")["events"].sum().reindex(range(7), fill_value=0)
    assert stats["dow"] == by_weekday.tolist()
    visitors = frame(shown, "activity/visitor_hours", zone="UTC")
    assert stats["hourlyVisitors"] == visitors["visitors"].tolist()


def test_countries_and_continents(shown: Shown) -> None:
    for field, query, column in (
        ("byCountry", "geography/countries", "country"),
        ("byContinent", "geography/continents", "continent"),
    ):
        places = frame(shown, query).set_index(column)
        assert shown[2]["geo"][field] == {
            place: {"hits": row["events"], "visitors": row["visitors"]}
            for place, row in places.iterrows()
        }


def test_systems_day_by_day_and_how_many_values_there_are(shown: Shown) -> None:
    stats, days = shown[2], frame(shown, "versions/adoption", dimension="os", named=50)
    told = {
        (day, series["key"]): count
        for series in stats["dailyOs"]["series"]
        for day, count in zip(stats["dailyOs"]["labels"], series["data"], strict=True)
        if count
    }
    assert told == {
        (day, value): events
        for day, of_day in by_day(days).items()
        for value, events in zip(of_day["value"], of_day["events"], strict=True)
    }
    for dimension in ("os", "ext", "vscode"):
        found = frame(shown, "versions/used", dimension=dimension)
        assert stats[f"{dimension}Types"] == len(found)


def test_installs_and_active_sessions(shown: Shown) -> None:
    stats, installs = shown[2], frame(shown, "versions/installs").iloc[0]
    assert (stats["installsWindow"], stats["installsTotal"]) == tuple(installs)
    assert stats["installsWindow"] > 0
    active = frame(shown, "live/sessions", now=datetime.now(UTC))
    assert stats["activeSessions"] == len(active)
