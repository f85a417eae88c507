"""MAX_VALUES: a day's rollups take so many names of a dimension; the rest counts as `(other)`."""

from __future__ import annotations

import threading
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from ingest_api.commands.forget.rows import Rows
from ingest_api.events.contract import LogLine
from ingest_api.loading.retention import drop_before
from ingest_api.settings import MAX_VALUES
from tests.ingest_api.commands.forget.tables import contents, differing, rows
from tests.ingest_api.loading.test_rollups import load
from tests.server import RunningServer, event

FEW = 5
MANY = 1500
NOON = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=2)
NAMED: dict[str, Callable[[LogLine], str | None]] = {
    "evt": lambda line: line.evt,
    "os": lambda line: line.os,
    "ext": lambda line: line.ext,
    "vscode": lambda line: line.vscode,
    "exception": lambda line: line.exception_hash if line.evt.endswith("error") else None,
    "exit": lambda line: f"{line.exit_code}" if line.evt.endswith("completed") else None,
    "output": lambda line: line.out_bytes_bucket if line.evt.endswith("completed") else None,
}
COLUMNS = {
    "visitor_days": ("os", "ext", "vscode"),
    "visitors": ("os", "ext", "vscode"),
    "day_version_histograms": ("ext",),
    "day_exceptions": ("exception_hash", "os", "ext"),
    "day_top_runs": ("out_bytes_bucket",),
}


def made_up(number: int, visitor: int | None = None, day: int = 0) -> LogLine:
    """Return an event with names of its own, of every kind in turn."""
    evt = ("java.run.completed", "java.run.error", f"e{number}")[number % 3]
    time_ms = int((NOON + timedelta(days=day)).timestamp() * 1000) + number
    anon = f"{number if visitor is None else visitor:032x}"
    line = LogLine(number, time_ms, anon, evt, f"o{number}", f"x{number}", f"v{number}", time_ms)
    line.exit_code, line.out_bytes_bucket, line.duration_ms = number, f"b{number}", 1000
    line.exception_hash = f"h{number}"
    return line


def visitors_of(connection: psycopg.Connection, dimension: str) -> dict[str, int]:
    """Return the visitors of a day's values."""
    query = f"select value, visitors from telemetry.day_values where dimension = '{dimension}'"
    return dict(rows(connection, query))


def assert_bounded(connection: psycopg.Connection, lines: list[LogLine], most: int) -> None:
    """Hold each rollup against the bound, and its sums against the events."""
    for dimension, name in NAMED.items():
        query = (
            "select value, sum(events) from telemetry.day_values"
            f" where dimension = '{dimension}' group by 1"
        )
        counts = dict(rows(connection, query))
        sent = [found for line in lines if (found := name(line)) is not None]
        assert len(counts) <= most + 1, dimension
        assert ("(other)" in counts) == (len(set(sent)) > most), dimension
        assert sum(counts.values()) == len(sent), dimension
        assert all(counts[value] == sent.count(value) for value in counts if value != "(other)")
    for table, columns in COLUMNS.items():
        for column in columns:
            query = f"select count(distinct {column}) from telemetry.{table}"
            assert rows(connection, query)[0][0] <= most + 1, (table, column)
    totals = "select sum(events)::int, max(visitors)::int, sum(completed)::int from telemetry.days"
    anons = len({line.anon for line in lines})
    completed = sum(line.evt.endswith("completed") for line in lines)
    assert rows(connection, totals) == [(len(lines), anons, completed)]
    assert rows(connection, "select count(distinct anon) from telemetry.visitor_days") == [(anons,)]
    assert rows(connection, "select count(*) from telemetry.visitors") == [(anons,)]
    runs = "select sum(runs)::int from telemetry.day_version_durations"
    assert rows(connection, runs) == [(completed,)]


def assert_visitors(connection: psycopg.Connection, lines: list[LogLine]) -> None:
    """Hold the distinct visitors of each value of a single day against the events."""
    for dimension in ("os", "ext", "vscode"):
        found = visitors_of(connection, dimension)
        expected = defaultdict(set)
        for line in lines:
            value = NAMED[dimension](line)
            expected[value if value in found else "(other)"].add(line.anon)
        assert found == {value: len(anons) for value, anons in expected.items()}


@pytest.mark.parametrize("portion", [10**6, 400])
def test_a_client_that_makes_up_names_does_not_make_the_rollups_grow(
    database: str, connection: psycopg.Connection, tmp_path: Path, portion: int
) -> None:
    # a visitor of `(other)` comes with several names, in one load and in two
    lines = [made_up(number, visitor=number % 700) for number in range(MANY)]
    load(database, tmp_path / "logs", lines, portion)
    assert_bounded(connection, lines, MAX_VALUES)
    assert_visitors(connection, lines)
    assert rows(connection, "select count(distinct os) from telemetry.events") == [(MANY,)]


def test_two_loaders_share_the_bound(
    database: str, connection: psycopg.Connection, tmp_path: Path
) -> None:
    lines = [made_up(number) for number in range(600)]
    halves = (lines[:300], lines[300:])
    loading = [
        threading.Thread(
            target=load, args=(database, tmp_path / f"{part}", half, 20), kwargs={"most": FEW}
        )
        for part, half in enumerate(halves)
    ]
    for thread in loading:
        thread.start()
    for thread in loading:
        thread.join()
    assert_bounded(connection, lines, FEW)
    assert_visitors(connection, lines)


def test_a_name_that_was_refused_stays_so_on_its_day(
    database: str, connection: psycopg.Connection, tmp_path: Path
) -> None:
    lines = [made_up(number) for number in range(FEW + 1)]
    load(database, tmp_path / "few", lines, 10**6, most=FEW)
    again = [*(made_up(n + 100) for n in range(3)), made_up(0, day=1), made_up(3 * 700, day=1)]
    # more room comes too late for that day, not for the next
    load(database, tmp_path / "more", again, 10**6, most=100)
    query = "select day, count(*) from telemetry.day_values where dimension = 'os' group by 1"
    assert [count for _, count in rows(connection, query)] == [FEW + 1, 2]


def test_what_a_client_calls_other_closes_no_list(
    database: str, connection: psycopg.Connection, tmp_path: Path
) -> None:
    lines = [made_up(number) for number in range(3)]
    lines[0].os = "(other)"
    load(database, tmp_path / "one", lines[:1], 10**6, most=FEW)
    load(database, tmp_path / "two", lines[1:], 10**6, most=FEW)
    assert visitors_of(connection, "os") == {"(other)": 1, "o1": 1, "o2": 1}
    assert rows(connection, "select from telemetry.day_names where value = '(other)'") == []


def test_success_and_installs_are_counted_whatever_names_came_before(
    database: str, connection: psycopg.Connection, tmp_path: Path
) -> None:
    lines = [made_up(3 * number + 3) for number in range(FEW + 1)]
    load(database, tmp_path / "first", lines, 10**6, most=FEW)
    late = [made_up(3000), made_up(3003), made_up(3006)]
    late[0].exit_code, late[1].exit_code, late[2].evt = 0, None, "install.created"
    load(database, tmp_path / "late", late, 10**6, most=FEW)
    exits = dict(
        rows(connection, "select value, events from telemetry.day_values where dimension = 'exit'")
    )
    assert (exits["0"], exits["-"], len(exits)) == (1, 1, FEW + 2)
    assert rows(connection, "select installs from telemetry.days") == [(1,)]
    runs = "select kind, count(*) from telemetry.day_top_runs group by 1"
    assert rows(connection, runs) == [("success", 1), ("unreported", 1)]


def test_forgetting_leaves_the_names_as_they_were_taken(
    database: str, connection: psycopg.Connection, tmp_path: Path
) -> None:
    first = [made_up(number) for number in range(FEW)]
    rest = [made_up(number + 300, visitor=number % 4 + 100) for number in range(40)]
    again = [made_up(number + 300) for number in range(9)]
    for part, lines in enumerate((first, rest, again)):
        load(database, tmp_path / f"{part}", lines, 10**6, most=FEW)
    before = contents(connection)
    Rows(connection, uuid.UUID(int=0), "java.run").forget()
    left = [*first[1:], *rest, *again]
    left = [line for line in left if uuid.UUID(line.anon).int != 0]
    assert_bounded(connection, left, FEW)
    assert_visitors(connection, left)
    names = set(rows(connection, "select * from telemetry.day_names"))
    assert names < set(before["day_names"])
    assert {(name[1], name[2]) for name in set(before["day_names"]) - names} >= {("os", "o0")}
    closed = {name[1] for name in names if name[2] == "(other)"}
    assert closed == {"evt", "os", "ext", "vscode", "exception", "exit", "output"}
    # nobody's place is free: what was refused stays so
    load(database, tmp_path / "after", [made_up(900)], 10**6, most=FEW)
    assert_bounded(connection, [*left, made_up(900)], FEW)


def test_forgetting_another_visitor_changes_nothing(
    database: str, connection: psycopg.Connection, tmp_path: Path
) -> None:
    lines = [made_up(number) for number in range(60)]
    load(database, tmp_path / "all", lines, 10**6, most=FEW)
    before = contents(connection)
    load(database, tmp_path / "one", [made_up(999, visitor=10**9)], 10**6, most=FEW)
    Rows(connection, uuid.UUID(int=10**9), "java.run").forget()
    assert differing(contents(connection), before) == []


def test_retention_drops_the_names_of_a_day(
    database: str, connection: psycopg.Connection, tmp_path: Path
) -> None:
    lines = [made_up(number, day=-number) for number in range(9)]
    load(database, tmp_path / "logs", lines, 10**6)
    drop_before(connection, NOON.date())
    days = rows(connection, "select distinct day from telemetry.day_names")
    assert days == [(NOON.date(),)]


@pytest.fixture
def small(database: str, tmp_path: Path) -> Iterator[RunningServer]:
    with RunningServer(database, tmp_path / "data", MAX_VALUES=f"{FEW}") as running:
        yield running


def test_an_operator_sees_that_it_happened(small: RunningServer) -> None:
    t = int(NOON.timestamp() * 1000)
    for start in (0, 8):
        small.post(*(event(os=f"o{number}", t=t) for number in range(start, start + 8)))
        small.settle()
    small.post(event(os="(other)", t=t), event(os="o1", t=t))
    small.settle()
    day = NOON.date()
    stats = small.get(f"/stats?from={day}&to={day}").json()
    assert list(stats["byOs"].values()) == [2, 1, 1, 1, 1, 12]
    assert list(stats["byOs"])[-1] == stats["dailyOs"]["series"][-1]["key"] == "(other)"
    assert (stats["osTypes"], stats["total"], stats["uniques"]) == (FEW + 1, 18, 1)
    metric = 'telemetry_other_events_total{dimension="os"} 11.0'
    assert metric in small.get("/metrics").text
    assert small.metric("telemetry_other_events_total") == 11
    warned = [line for line in small.log_text().splitlines() if "MAX_VALUES" in line]
    assert len(warned) == 1
    assert f"os has more new names on {day} than MAX_VALUES=5" in warned[0]
    assert "o7" not in small.log_text()
