"""The explorer finds what clients sent, wherever it is stored, and agrees with `GET /stats`."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import psycopg
import pytest

from dashboard_app.filters import Filters
from ingest_api.events.contract import COLUMNS
from ingest_api.stats.answer import collect_stats
from tests.conftest import own_database
from tests.dashboard_app.query.sql.raw import FILTERS, asked, counted, window
from tests.dashboard_app.sample import load

ALL = {"only_path": None, "only_value": None, "most": 100_000}
# every column's key, values that fit it and some that do not, and properties of all kinds
SENT: list[dict[str, Any]] = [
    {
        "durationMs": 1500, "waitMsTotal": 20, "exit": 0, "scannerUsage": True,
        "truncatedOutput": False, "cumulativeBytesBucket": "1-1K", "phase": "compile",
        "exceptionHash": "a1b2",
    },
    {"durationMs": 12.5, "exit": "none", "scannerUsage": 1, "phase": ["a", {"b": 2}]},
    {"durationMs": -1, "exit": 2**40, "theme": "dark", "window": {"width": 800, "on.top": True}},
    {"theme": "dark", "window": {"width": 1024.5, "deep": {"er": {"est": 1}}}, "nothing": None},
    {"theme": "light", "window": None, "list": [10, 20]},
    {"theme": "'; drop table telemetry.events; --", "": "empty key", "window": "none"},
    {"stack": "x" * 300},
]  # fmt: skip


@pytest.fixture(scope="module")
def sent(cluster: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database with the events above, each from a different visitor."""
    now = int(time.time() * 1000)
    events: list[tuple[str | None, dict[str, Any]]] = [
        (None, {"anon": f"visitor {n}", "evt": "app.seen", "t": now, "m": m})
        for n, m in enumerate(SENT)
    ]
    events.append((None, {"anon": "visitor 0", "evt": "app.bare", "t": now}))
    with own_database(cluster) as database:
        load(database, tmp_path_factory.mktemp("sent"), events)
        yield database


def at(m: dict[str, Any], path: list[str]) -> Any:
    """Return the value at a path, as PostgreSQL follows it; None if there is none."""
    value: Any = m
    for key in path:
        if isinstance(value, list) and key.isdecimal() and int(key) < len(value):
            value = value[int(key)]
        elif isinstance(value, dict) and key in value:
            value = value[key]
        else:
            return None
    return value


def values_of(connection: psycopg.Connection, path: list[str], **own: Any) -> pd.DataFrame:
    """Return the values of a property in today's events."""
    asked_for = {**ALL, "path": path, "named": 12, **own}
    return asked(connection, "explorer/values", window(0, 2), Filters(), **asked_for).frame


@pytest.mark.parametrize(
    "path",
    [
        *([key] for key in COLUMNS),
        *(["theme"], ["window", "width"], ["window", "on.top"], ["window", "deep", "er", "est"]),
        *(["list", "1"], ["phase", "1", "b"], [""]),
    ],
    ids="/".join,
)
def test_a_property_has_the_values_that_were_sent(sent: str, path: list[str]) -> None:
    expected: dict[str, int] = {}
    for m in SENT:
        if (value := at(m, path)) is not None:
            text = value if isinstance(value, str) else json.dumps(value)
            expected[text] = expected.get(text, 0) + 1
    with psycopg.connect(sent) as connection:
        frame = values_of(connection, path)
    rows = frame[frame["kind"] == "value"]
    assert dict(zip(rows["value"], rows["events"], strict=True)) == expected
    without = frame.loc[frame["kind"] == "none", "events"].sum()
    assert without == len(SENT) + 1 - sum(expected.values())
    assert frame["share"].sum() == pytest.approx(1)


def test_a_null_is_a_value_and_a_missing_property_is_none(sent: str) -> None:
    with psycopg.connect(sent) as connection:
        assert values_of(connection, ["nothing"])["value"].tolist()[0] == "null"
        assert values_of(connection, ["nobody", "sent", "it"])["kind"].tolist() == ["none"]
        assert values_of(connection, ["window", "width", "x"])["kind"].tolist() == ["none"]


def test_what_is_beyond_the_named_values_is_one_row(sent: str) -> None:
    with psycopg.connect(sent) as connection:
        frame = values_of(connection, ["theme"], named=1)
    assert frame["kind"].tolist() == ["value", "other", "none"]
    assert frame["value"].iloc[0] == "dark"
    assert frame["events"].tolist() == [2, 2, 4]
    # one visitor sent two of the events without it
    assert frame["visitors"].tolist() == [2, 2, 3]


def test_only_the_newest_events_are_looked_at(filled: str) -> None:
    with psycopg.connect(filled) as connection:
        frame = values_of(connection, ["exit"], most=10)
    assert frame["events"].sum() == 10


def test_a_value_narrows_what_is_shown_of_another_property(sent: str) -> None:
    only = {"only_path": ["theme"], "only_value": "dark"}
    with psycopg.connect(sent) as connection:
        frame = values_of(connection, ["window", "width"], **only)
        assert sorted(frame["value"].dropna()) == ["1024.5", "800"]
        hostile = {"only_path": ["theme"], "only_value": SENT[5]["theme"]}
        assert values_of(connection, ["window"], **hostile)["value"].tolist() == ["none"]
        events = asked(
            connection, "explorer/events", window(0, 2), Filters(), path=["theme"], most=100, **only
        ).frame
    assert events["value"].tolist() == ["dark", "dark"]


def test_properties_are_found_in_the_newest_events_with_how_many_are_numbers(sent: str) -> None:
    with psycopg.connect(sent) as connection:
        frame = asked(
            connection, "explorer/properties", window(0, 2), Filters(), sample=100, named=100
        ).frame
    found = {
        tuple(json.loads(str(row.path))): (row.events, row.numbers) for row in frame.itertuples()
    }
    assert found["durationMs",] == (3, 3)
    assert found["exit",] == (3, 2)
    assert found["theme",] == (4, 0)
    assert found["window", "width"] == (2, 2)
    assert found["window",] == (2, 0)  # the value is not an object
    assert ("window", "deep", "er") not in found  # an object is not a value
    assert set(COLUMNS) <= {path[0] for path in found}
    assert set(frame["sampled"]) == {len(SENT) + 1}


def test_events_are_exported_with_all_that_was_sent(sent: str) -> None:
    with psycopg.connect(sent) as connection:
        frame = asked(
            connection, "explorer/events", window(0, 2), Filters(event="app.seen"),
            path=["theme"], only_path=None, only_value=None, most=100,
        ).frame  # fmt: skip
    found = [json.loads(properties) for properties in frame["properties"]]
    # for a property with a column, a null that was sent counts as missing
    assert sorted(map(str, found)) == sorted(str(dict(sorted_as_jsonb(m))) for m in SENT)
    assert frame["visitor"].str.fullmatch(r"Visitor [0-9a-f]{6}").all()


def sorted_as_jsonb(m: dict[str, Any]) -> list[tuple[str, Any]]:
    """Return the items in jsonb's order: shorter keys first, then by bytes."""
    return [
        (key, dict(sorted_as_jsonb(value)) if isinstance(value, dict) else value)
        for key, value in sorted(m.items(), key=lambda item: (len(item[0].encode()), item[0]))
    ]


@pytest.mark.parametrize(
    ("event", "key", "field"),
    [
        ("java.run.completed", "exit", "exitCodes"),
        ("java.run.completed", "cumulativeBytesBucket", "outputBuckets"),
        ("java.run.error", "exceptionHash", "topExceptions"),
    ],
)
def test_values_of_runs_are_those_of_stats(filled: str, event: str, key: str, field: str) -> None:
    days = window(0, 28)
    with psycopg.connect(filled, autocommit=True) as connection:
        own = {**ALL, "path": [key], "named": 50}
        frame = asked(connection, "explorer/values", days, Filters(event=event), **own).frame
        stats = collect_stats(connection, days["first"], days["last"], datetime.now(UTC))
    none = "0" if field == "exitCodes" else "-"
    values = frame["value"].mask(frame["kind"].eq("none") | frame["value"].eq("null"), none)
    shown = frame["events"].groupby(values).sum().to_dict()
    assert len(shown) > 2
    assert shown == stats[field]


def test_durations_of_runs_are_those_of_stats(filled: str) -> None:
    days = window(0, 28)
    with psycopg.connect(filled, autocommit=True) as connection:
        own = {**ALL, "path": ["durationMs"]}
        filters = Filters(event="java.run.completed")
        frame = asked(connection, "explorer/number_days", days, filters, **own).frame
        stats = collect_stats(connection, days["first"], days["last"], datetime.now(UTC))
    whole = frame.iloc[0]
    assert pd.isna(whole["day"])
    assert whole["events"] == stats["durations"]["count"] == frame["events"].iloc[1:].sum()
    assert whole["p50"] == pytest.approx(stats["durations"]["median"], rel=0.01)
    assert whole["p90"] == pytest.approx(stats["durations"]["p90"], rel=0.01)


@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_a_filter_is_that_of_the_raw_events(filled: str, filters: Filters) -> None:
    days = window(3, 31)
    own = {**ALL, "path": ["exit"], "named": 3}
    with psycopg.connect(filled) as connection:
        frame = asked(connection, "explorer/value_days", days, filters, **own).frame
        rows = counted(
            connection,
            "select day, count(*) from seen where exit_code is not null group by day order by day",
            days, filters,
        )  # fmt: skip
        values = asked(connection, "explorer/values", days, filters, **own).frame
        everything = counted(connection, "select count(*) from seen", days, filters)
    each_day = frame.groupby("day")["events"].sum()
    assert [(day.date(), events) for day, events in each_day.items()] == rows  # type: ignore[attr-defined]
    assert values["events"].sum() == everything[0][0]


@pytest.mark.parametrize(
    ("path", "value", "visitors"), [("stack", "x" * 200, 1), ("nothing", "null", 1), ("", "", 0)]
)
def test_a_value_is_found_by_what_is_shown_of_it(
    sent: str, path: str, value: str, visitors: int
) -> None:
    only = {"only_path": [path], "only_value": value}
    with psycopg.connect(sent) as connection:
        shown = values_of(connection, [path])["value"].tolist()
        assert (value in shown) == bool(visitors)
        assert values_of(connection, ["theme"], **only)["events"].sum() == visitors
        own = {**ALL, "path": ["theme"], **only}
        events = asked(connection, "explorer/events", window(0, 2), Filters(), **own).frame
        assert len(events) == visitors
        counted = asked(connection, "explorer/visitors", window(0, 2), Filters(), **own).frame
        assert counted["visitors"].tolist() == [visitors]


def test_numbers_may_be_as_large_as_they_can_be(database: str, tmp_path: Path) -> None:
    events: list[tuple[str | None, dict[str, Any]]] = [
        (None, {"anon": str(n), "evt": "app.seen", "t": int(time.time() * 1000), "m": {"size": n}})
        for n in (1e300, -1e300, 2)
    ]
    load(database, tmp_path, events)
    own, days = {**ALL, "path": ["size"]}, window(0, 2)
    with psycopg.connect(database) as connection:
        frame = asked(connection, "explorer/number_days", days, Filters(), **own).frame
        behind = asked(connection, "explorer/number_visitors", days, Filters(), **own).frame
    whole = frame.iloc[0]
    assert (whole["lowest"], whole["p50"], whole["highest"]) == (-1e300, 2, 1e300)
    assert whole["mean"] == pytest.approx(2 / 3)
    assert behind["visitors"].tolist() == [3, 3]
