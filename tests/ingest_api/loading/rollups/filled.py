"""A database whose every rollup has rows, and ways to break them."""

from __future__ import annotations

import json
import random
import time
from typing import Final

import psycopg

from ingest_api.events.anonymise import Anonymiser
from ingest_api.events.contract import LogLine
from ingest_api.events.geo import Place
from ingest_api.events.reading import Reader
from ingest_api.loading.rollups.rebuilding import Rebuild
from tests.chaos.numbered import Numbered

# of each rollup: a change of a row, and what makes another row of it
BROKEN: Final = {
    "days": ("interactive = interactive + 1", {"day": "2001-01-01"}),
    "hours": ("events = events - 1", {"hour": "2001-01-01T00:00:00Z"}),
    "day_values": ("events = events + 1", {"value": "made up"}),
    "day_histograms": ("runs[1] = runs[1] + 1", {"day": "2001-01-01"}),
    "day_version_histograms": ("buckets[1] = buckets[1] - 1", {"ext": "made up"}),
    "day_exceptions": ("errors = errors * 2", {"exception_hash": "made up"}),
    "day_top_runs": ("duration_ms = coalesce(duration_ms, 0) + 1", {"id": 1}),
    "visitor_days": ("hours = ~hours & 16777215", {"os": "made up"}),
    "session_days": ("exit_code = null, completed_at = null", {"session_id": "7" * 32}),
    "visitor_years": ("days = ~days", {"country": "XX"}),
    "visitors": ("first_day = first_day + 1", {"anon": "0" * 32}),
}


def numbered_lines(count: int, first: int = 0) -> list[LogLine]:
    """Return what events are logged as that touch every rollup, over three days."""
    now_ms = int(time.time() * 1000)
    reader = Reader(Anonymiser("a secret of the tests"), random.Random(3))
    numbered = Numbered(now_ms)
    found = []
    for number in range(first, first + count):
        body = json.dumps({"schema": "jwc.v1", "batch": [numbered.event(number)]}).encode()
        found += reader.read(body, Place(("DE", "FR")[number % 2], "BY"), now_ms).lines
    return found


def break_rollup(connection: psycopg.Connection, rollup: str, how: str) -> None:
    """Break a rollup by hand: `update`, `delete` or `insert` a row."""
    change, another = BROKEN[rollup]
    one = f"ctid = (select min(ctid) from telemetry.{rollup} where {_condition(rollup)})"
    queries = {
        "update": f"update telemetry.{rollup} set {change} where {one}",
        "delete": f"delete from telemetry.{rollup} where {one}",
        "insert": f"insert into telemetry.{rollup} select (jsonb_populate_record(r, "
        f"'{json.dumps(another)}')).* from telemetry.{rollup} as r where r.{one}",
    }
    assert connection.execute(queries[how].encode()).rowcount == 1


def _condition(rollup: str) -> str:
    return "completed_at is not null" if rollup == "session_days" else "true"


def rebuilt(connection: psycopg.Connection, run_events: str | None = None) -> int:
    """Make all rollups anew; return of how many visitors they were wrong beside those of days."""
    work = Rebuild(connection, run_events)
    for day in work.days:
        work.make_day(day)
    return work.repair_visitors()
