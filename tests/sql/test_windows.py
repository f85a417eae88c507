"""A window's figures under a filter match the events, and don't read too many of them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from sql.statements import statement
from tests.dashboard_app.conftest import filled
from tests.dashboard_app.sample import load

__all__ = ["filled"]  # a fixture of the dashboard's

NO_FILTER: dict[str, Any] = {
    "countries": None, "systems": None, "versions": None, "hosts": None, "event": None,
}  # fmt: skip
FILTERS = [
    {},
    {"countries": ["DE", "Unknown"]},
    {"systems": ["unknown"], "versions": ["1.9.0", "1.2.0"]},
    {"hosts": ["0.0.0"], "countries": ["US", "FR"]},
    {"event": "java.run.completed"},
    {"event": "java.run.started", "versions": ["=1+2"], "countries": ["Unknown"]},
    {"hosts": ["nobody has it"]},
    {"event": "nobody.sent.it"},
]
VISITS = statement("fragments/visits").decode()
EVENTS = statement("fragments/events").decode()
# written by hand, without fragments or rollups
MATCHING = """
    with days as (
        select *, (t at time zone 'UTC')::date as day, coalesce(country, 'Unknown') as place
        from telemetry.events
    ),
    matching as (
        select * from days
        where day >= %(first)s and day <= %(last)s
          and (%(countries)s::text[] is null or place = any (%(countries)s))
          and (%(systems)s::text[] is null or os = any (%(systems)s))
          and (%(versions)s::text[] is null or ext = any (%(versions)s))
          and (%(hosts)s::text[] is null or vscode = any (%(hosts)s))
          and (%(event)s::text is null or evt = %(event)s)
    )
"""


def parameters(days: int, **chosen: Any) -> dict[str, Any]:
    last = datetime.now(UTC).date() - timedelta(days=3)
    window = {"first": last - timedelta(days=days - 1), "last": last}
    return {**NO_FILTER, **window, "run_events": "java.run", **chosen}


def rows(connection: psycopg.Connection, query: str, values: dict[str, Any]) -> list[Any]:
    with psycopg.ClientCursor(connection) as cursor:
        return sorted(cursor.execute(query.encode(), values).fetchall(), key=str)


@pytest.mark.parametrize("chosen", FILTERS, ids=str)
def test_visits_are_those_of_the_matching_events(filled: str, chosen: dict[str, Any]) -> None:
    values = parameters(20, **chosen)
    counted = """
        select day, anon, place, os, ext, vscode,
            bit_or(1 << extract(hour from t at time zone 'UTC')::integer), count(*),
            count(*) filter (where evt = 'java.run.started'),
            count(*) filter (where evt = 'java.run.completed'),
            count(*) filter (where evt = 'java.run.error' and error_phase = 'compile'),
            count(*) filter (where evt = 'java.run.error'
                and coalesce(error_phase, '') <> 'compile')
        from matching group by day, anon, place, os, ext, vscode
    """
    with psycopg.connect(filled) as connection:
        assert rows(connection, VISITS, values) == rows(connection, MATCHING + counted, values)


@pytest.mark.parametrize("chosen", FILTERS, ids=str)
def test_events_are_the_matching_ones(filled: str, chosen: dict[str, Any]) -> None:
    values = parameters(20, **chosen)
    with psycopg.connect(filled) as connection:
        found = rows(connection, f"select t, anon, id from ({EVENTS}) as e", values)
        assert found == rows(connection, MATCHING + "select t, anon, id from matching", values)


def test_only_the_branch_and_the_partitions_that_are_needed_are_read(filled: str) -> None:
    def plan(query: str, **chosen: Any) -> str:
        found = rows(connection, f"explain {query}", parameters(2, **chosen))
        return "\n".join(line for (line,) in found)

    with psycopg.connect(filled) as connection:
        unfiltered, of_an_event = plan(VISITS), plan(VISITS, event="app.started")
        events = plan(EVENTS)
    assert "visitor_days" in unfiltered
    assert "events" not in unfiltered.replace("v.events", "")
    assert "visitor_days" not in of_an_event
    # two days touch two months at most, and not the odd dates
    assert "events_odd" not in of_an_event + events


def test_a_visitor_is_first_seen_on_the_earliest_day_however_late_that_arrives(
    connection: psycopg.Connection, database: str, tmp_path: Path
) -> None:
    now = datetime.now(UTC)

    def seen(days_ago: int, country: str, folder: str) -> tuple[date, str]:
        event = {"anon": "somebody", "evt": "app.started",
                 "t": int((now - timedelta(days=days_ago)).timestamp() * 1000)}  # fmt: skip
        (tmp_path / folder).mkdir()
        load(database, tmp_path / folder, [(country, event)])
        (row,) = connection.execute("select first_day, country from telemetry.visitors").fetchall()
        return row[0], row[1]

    today = now.date()
    assert seen(2, "FR", "one") == (today - timedelta(days=2), "FR")
    assert seen(5, "US", "earlier") == (today - timedelta(days=5), "US")
    assert seen(0, "DE", "later") == (today - timedelta(days=5), "US")
