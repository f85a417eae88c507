"""Forgetting leaves the database as if the visitor had never been there, in every table."""

from __future__ import annotations

import threading
import uuid
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import msgspec
import psycopg
import pytest

from ingest_api.commands.forget.rows import Rows
from ingest_api.events.contract import LogLine
from sql.statements import statement
from tests.conftest import own_database
from tests.ingest_api.commands.forget.tables import contents, differing
from tests.ingest_api.loading.test_rollups import lines as all_lines
from tests.ingest_api.loading.test_rollups import load

__all__ = ["all_lines"]

EVENTS = 2000


@pytest.fixture(scope="module")
def lines(all_lines: list[LogLine]) -> list[LogLine]:
    """Some events, each once: which of two with the same id is kept is left to the loader."""
    return list({(line.t, line.anon, line.id): line for line in all_lines[:EVENTS]}.values())


@pytest.fixture
def frequent(lines: list[LogLine]) -> str:
    """The visitor with the most events."""
    return Counter(line.anon for line in lines).most_common(1)[0][0]


@pytest.fixture
def filled(database: str, tmp_path: Path, lines: list[LogLine]) -> Iterator[psycopg.Connection]:
    """A connection to a database with all events."""
    load(database, tmp_path / "all", lines, 10**6)
    with psycopg.connect(database, autocommit=True) as connection:
        yield connection


def test_every_table_is_as_if_the_visitor_had_never_been_there(
    cluster: str,
    filled: psycopg.Connection,
    tmp_path: Path,
    lines: list[LogLine],
    frequent: str,
) -> None:
    rare = Counter(line.anon for line in lines).most_common()[-1][0]
    for visitor in (frequent, rare):
        rows = Rows(filled, uuid.UUID(visitor), "java.run")
        assert rows.count().keys() >= {"events", "visitor_days", "visitor_years", "visitors"}
        rows.forget()
        assert rows.count() == {}
    others = [line for line in lines if line.anon not in (frequent, rare)]
    with own_database(cluster) as never:
        load(never, tmp_path / "others", others, 10**6)
        with psycopg.connect(never, autocommit=True) as expected:
            assert differing(contents(filled), contents(expected)) == []


def test_what_a_loader_adds_meanwhile_is_neither_lost_nor_doubled(
    cluster: str,
    database: str,
    filled: psycopg.Connection,
    tmp_path: Path,
    lines: list[LogLine],
    frequent: str,
) -> None:
    more = [
        msgspec.structs.replace(line, id=number)
        for number, line in enumerate(lines)
        if line.anon != frequent
    ]
    loading = threading.Thread(target=load, args=(database, tmp_path / "more", more, 50))
    loading.start()
    Rows(filled, uuid.UUID(frequent), "java.run").forget()
    loading.join()
    with own_database(cluster) as never:
        load(never, tmp_path / "others", [line for line in lines if line.anon != frequent], 10**6)
        load(never, tmp_path / "more others", more, 10**6)
        with psycopg.connect(never, autocommit=True) as expected:
            assert differing(contents(filled), contents(expected)) == []


def test_a_visitor_that_is_not_known_changes_nothing(filled: psycopg.Connection) -> None:
    before = contents(filled)
    rows = Rows(filled, uuid.uuid4(), "java.run")
    assert (rows.count(), rows.days()) == ({}, [])
    rows.forget()
    assert differing(contents(filled), before) == []


def test_answers_that_counted_the_visitor_are_not_kept(filled: psycopg.Connection) -> None:
    visitor = uuid.uuid4()
    # as a command leaves it that was stopped before its last step
    filled.execute(
        "insert into telemetry.visitor_years (year, anon, country, days, hours)"
        " select extract(year from max(day)), %s, 'DE', ~0::bit(366), ~0::bit(288)"
        " from telemetry.days",
        [visitor],
    )
    window = {"first": date(1970, 1, 1), "last": date(9999, 12, 31)}
    query = statement("queries/stats/fingerprint")
    before = filled.execute(query, window).fetchone()
    assert filled.execute(query, window).fetchone() == before
    Rows(filled, visitor, "java.run").forget()
    assert filled.execute(query, window).fetchone() != before
    assert not filled.execute(
        "select from telemetry.visitor_years where anon = %s", [visitor]
    ).fetchall()
