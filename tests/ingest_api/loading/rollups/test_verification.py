"""`verify` finds whatever is wrong with a rollup, and `rebuild` mends it."""

from __future__ import annotations

import itertools
import re
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from ingest_api.events.contract import LogLine
from ingest_api.loading.retention import drop_before
from ingest_api.loading.rollups.verification import Verification
from sql.statements import statement
from tests.conftest import own_database
from tests.ingest_api.commands.forget.tables import contents, differing
from tests.ingest_api.loading.rollups.filled import (
    BROKEN,
    break_rollup,
    numbered_lines,
    rebuilt,
)
from tests.ingest_api.loading.test_rollups import lines as odd_lines
from tests.ingest_api.loading.test_rollups import load
from tests.rollups import all_differences

__all__ = ["odd_lines"]


@pytest.fixture(scope="module")
def mended(cluster: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[psycopg.Connection]:
    """A database for tests that leave it as it was."""
    with own_database(cluster) as database:
        load(database, tmp_path_factory.mktemp("mended") / "logs", numbered_lines(300), 130)
        with psycopg.connect(database, autocommit=True) as connection:
            yield connection


@pytest.fixture
def filled(database: str, tmp_path: Path) -> Iterator[psycopg.Connection]:
    load(database, tmp_path / "logs", numbered_lines(600), 250)
    with psycopg.connect(database, autocommit=True) as connection:
        yield connection


def test_every_rollup_is_compared(connection: psycopg.Connection) -> None:
    shadows = connection.execute(statement("maintenance/verify/make_shadows")).fetchall()
    assert {name for name, _ in shadows} - {"freshness", "day_names"} == BROKEN.keys()


@pytest.mark.parametrize("how", ["update", "delete", "insert"])
@pytest.mark.parametrize("rollup", BROKEN)
def test_a_rollup_that_was_broken_is_found_and_mended(
    mended: psycopg.Connection, rollup: str, how: str
) -> None:
    before = contents(mended)
    break_rollup(mended, rollup, how)
    found = [difference for difference in all_differences(mended) if difference.rollup == rollup]
    assert len(found) == 1
    counts = {"update": "changed", "delete": "missing", "insert": "surplus"}
    assert getattr(found[0], counts[how]) == found[0].rows() == 1
    rebuilt(mended)
    assert all_differences(mended) == []
    assert differing(contents(mended), before) == []


def test_what_is_said_shows_no_more_of_a_visitor_than_pages_do(filled: psycopg.Connection) -> None:
    for rollup in ("visitors", "visitor_days", "session_days", "day_top_runs"):
        break_rollup(filled, rollup, "update")
    anons = {row[0].hex for row in filled.execute("select anon from telemetry.visitors")}
    said = "\n".join(map(str, all_differences(filled)))
    assert all(anon[:-6] not in said.replace("-", "") for anon in anons)
    assert any(f"anon …{anon[-6:]}" in said for anon in anons)
    assert re.search("session_id …[0-9a-f]{6}: ", said)


def test_a_line_says_where_and_what_is_wrong(filled: psycopg.Connection) -> None:
    filled.execute(
        "update telemetry.day_values set events = 7777 where dimension = 'os' and value = 'Linux'"
        " and day = (select min(day) from telemetry.days)"
    )
    (difference,) = all_differences(filled)
    assert str(difference).startswith(
        f"{difference.day} day_values: 1 changed; for example dimension os, value Linux: "
        "events is 7777, not "
    )


def test_events_of_any_kind_and_in_any_portions_give_no_false_alarm(
    database: str, tmp_path: Path, odd_lines: list[LogLine]
) -> None:
    load(database, tmp_path / "logs", odd_lines[:2000], 170)
    with psycopg.connect(database, autocommit=True) as connection:
        assert all_differences(connection) == []


def test_two_runs_of_a_session_at_one_moment_give_no_false_alarm(
    database: str, tmp_path: Path
) -> None:
    others = list(itertools.product((7, None, 8), (True, False)))
    for ends in ((3, None, 5), (None, 5, 3), (5, 3, None), (2**31 - 1, None, 4)):
        lines = [
            LogLine(
                n, 1_790_000_000_000, f"{ends[0]!s:0>32}".replace("None", "ffff"),
                "java.run.completed", "o", "1", "1", 0, session_id="5" * 32, exit_code=end,
                duration_ms=duration, scanner_usage=used,
            )
            for n, (end, (duration, used)) in enumerate(itertools.product(ends, others))
        ]  # fmt: skip
        load(database, tmp_path / f"logs{ends[0]}", lines, 1)
    with psycopg.connect(database, autocommit=True) as connection:
        assert all_differences(connection) == []


def test_days_and_first_visits_that_retention_deleted_are_taken_as_given(
    filled: psycopg.Connection, database: str
) -> None:
    first_kept = Verification(filled).days()[0] + timedelta(days=2)
    before = contents(filled)["visitors"]
    drop_before(filled, first_kept)
    assert {day for _, day, *_ in before} - {
        day for _, day, *_ in contents(filled)["visitors"]
    } == (set())
    kept = contents(filled)
    assert all_differences(filled) == []
    assert rebuilt(filled) == 0
    assert differing(contents(filled), kept) == []
    break_rollup(filled, "days", "delete")
    assert [found.rollup for found in all_differences(filled)] == ["days"]


def test_there_are_no_false_alarms_while_events_are_loaded(database: str, tmp_path: Path) -> None:
    load(database, tmp_path / "first", numbered_lines(300), 300)
    lines = numbered_lines(1500, first=300)
    rounds = 0
    loading = threading.Thread(target=load, args=(database, tmp_path / "logs", lines, 10))
    with psycopg.connect(database, autocommit=True) as connection:
        loading.start()
        while loading.is_alive():
            assert all_differences(connection) == []
            rounds += 1
        loading.join()
    assert rounds > 2
