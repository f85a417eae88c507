"""The session ids that version 0.1 stored as they came are hashed, and their rows stay together."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from sql.migrate import migrate
from tests.sql.older import migrate_before

RAW = "ada@example.org"
BEGIN = datetime(2026, 1, 30, 12, tzinfo=UTC)
VISITORS = [uuid.UUID(int=number) for number in (1, 2)]
IN_M = [
    None, {"a": 1}, {"sessionId": RAW}, {"sessionId": f"{RAW} else", "a": 1}, {"sessionId": 5},
    {"sessionId": RAW * 20, "big": 10**30}, {"sessionId": [RAW]}, {"sessionId": {"of": RAW}},
    {"sessionId": True, "b": [1, {"c": 1.50}]}, {"sessionId": ""}, {"sessionId": None},
]  # fmt: skip


@pytest.fixture
def old(empty_database: str) -> Iterator[psycopg.Connection]:
    """A database of version 0.1: each visitor has sessions of the same ids, over two months."""
    with psycopg.connect(empty_database, autocommit=True) as connection:
        migrate_before(connection, "0120")
        connection.execute("select telemetry.ensure_partition('2026-01-01')")
        connection.execute("select telemetry.ensure_partition('2026-02-01')")
        number = 0
        for visitor in VISITORS:
            for day in (0, 1, 3, -20_000):
                for session in (RAW, f"{RAW} 2", None):
                    for m in IN_M:
                        number += 1
                        connection.execute(
                            "insert into telemetry.events (t, id, anon, evt, os, ext, vscode,"
                            " session_id, m) values (%s, %s, %s, 'e', '', '', '', %s, %s)",
                            (BEGIN + timedelta(days=day), number, visitor, session,
                             None if m is None else json.dumps(m)),
                        )  # fmt: skip
        connection.execute(
            "insert into telemetry.session_days (day, anon, session_id, events, first_at, last_at)"
            " select (t at time zone 'UTC')::date, anon, session_id, count(*), min(t), max(t)"
            " from telemetry.events where session_id is not null group by 1, 2, 3"
        )
        yield connection


def rows(connection: psycopg.Connection, query: str) -> list[tuple[Any, ...]]:
    return connection.execute(query.encode()).fetchall()


def test_rows_of_a_session_stay_together_under_a_hash(old: psycopg.Connection) -> None:
    of_each = "select id, anon, session_id from telemetry.events order by id"
    days = "select anon, session_id, day, events, first_at, last_at from telemetry.session_days"
    before, days_before = rows(old, of_each), rows(old, days)
    migrate(old)
    after, days_after = rows(old, of_each), rows(old, days)
    hashes = {
        (anon, session): hashed
        for (_, anon, session), (_, _, hashed) in zip(before, after, strict=True)
        if session
    }
    assert len(set(hashes.values())) == len(hashes) == 4
    assert all(isinstance(hashed, uuid.UUID) for hashed in hashes.values())
    assert after == [(n, anon, hashes.get((anon, session))) for n, anon, session in before]
    assert sorted(days_after) == sorted(
        (anon, hashes[anon, session], *rest) for anon, session, *rest in days_before
    )


def test_what_m_says_besides_stays_as_it_is(old: psycopg.Connection) -> None:
    query = "select session_id is null, coalesce(m::text, '{}') from telemetry.events order by id"
    before = rows(old, query)
    migrate(old)
    kept = 0
    for (alone, m), (_, hashed) in zip(before, rows(old, query), strict=True):
        was, now = (json.loads(text, parse_float=str) for text in (m, hashed))
        session = was.pop("sessionId", None)
        if alone and session and isinstance(session, str | int) and session is not True:
            assert uuid.UUID(now.pop("sessionId"))
            kept += 1
        assert now == was
    assert kept == 2 * 4 * 4
    assert not rows(old, "select from telemetry.events where m = '{}'")


def test_no_id_is_left_nor_a_trace_of_the_key(old: psycopg.Connection) -> None:
    migrate(old)
    for table in ("events", "session_days"):
        assert not [row for (row,) in rows(old, f"select t::text from telemetry.{table} as t")
                    if RAW in row]  # fmt: skip
    assert not rows(old, "select from pg_proc where proname = 'session_hash'")
    assert rows(old, "select current_setting('telemetry.session_key', true)")[0][0] in (None, "")
    # the planner knows the tables that were rewritten
    assert rows(
        old, "select reltuples from pg_class where oid = 'telemetry.events_2026_01'::regclass"
    ) == [(2 * 2 * 3 * len(IN_M),)]
