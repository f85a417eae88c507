"""Questions to the database: on which connection, and what is left of them."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from ingest_api.stats.database import MAX_QUESTIONS, DatabaseReader
from sql.roles import READER
from tests.server import wait_until


def backend(connection: psycopg.Connection) -> int:
    return connection.info.backend_pid


def test_consecutive_queries_use_the_same_connection(
    connection: psycopg.Connection, database: str
) -> None:
    reader = DatabaseReader(database)
    together = threading.Barrier(3, timeout=10)

    def meet(asked: psycopg.Connection) -> int:
        together.wait()
        return backend(asked)

    with ThreadPoolExecutor(3) as threads:
        three = {f.result() for f in [threads.submit(reader.ask, meet, 10) for _ in range(3)]}
    assert len(three) == 3
    assert len({reader.ask(backend, 10) for _ in range(6)}) == 1
    reader.close()
    ours = "select count(*) from pg_stat_activity where pid = any (%s)"
    wait_until(lambda: connection.execute(ours, [[*three]]).fetchone() == (0,), "all closed")


def test_after_the_connection_died_the_next_one_is_kept(
    connection: psycopg.Connection, database: str
) -> None:
    reader = DatabaseReader(database)
    first = reader.ask(backend, 10)
    connection.execute("select pg_terminate_backend(%s, 5000)", [first])
    asked = [reader.ask(lambda c: (c.execute("select 1"), backend(c))[1], 10) for _ in range(5)]
    assert first not in asked
    assert len(set(asked)) == 1
    reader.close()


def test_after_all_connections_died_the_next_query_succeeds_at_once(
    connection: psycopg.Connection, database: str
) -> None:
    reader = DatabaseReader(database)
    together = threading.Barrier(MAX_QUESTIONS, timeout=10)

    def meet(asked: psycopg.Connection) -> int:
        together.wait()
        return backend(asked)

    with ThreadPoolExecutor(MAX_QUESTIONS) as threads:
        asked = [threads.submit(reader.ask, meet, 10) for _ in range(MAX_QUESTIONS)]
        dead = {one.result() for one in asked}
    for pid in dead:
        connection.execute("select pg_terminate_backend(%s, 5000)", [pid])
    began = time.monotonic()
    assert reader.ask(lambda c: (c.execute("select 1"), backend(c))[1], 10) not in dead
    assert time.monotonic() - began < 0.9
    reader.close()


def test_a_connection_in_a_failed_transaction_is_not_kept(
    connection: psycopg.Connection, database: str
) -> None:
    reader = DatabaseReader(database)
    reader.ask(lambda asked: asked.execute("begin"), 10)
    state = reader.ask(lambda asked: asked.info.transaction_status, 10)
    assert state == psycopg.pq.TransactionStatus.IDLE
    reader.close()


def test_a_second_connection_is_another_one_and_kept_too(
    connection: psycopg.Connection, database: str
) -> None:
    reader = DatabaseReader(database)

    def ask(first: psycopg.Connection) -> tuple[int, int]:
        with reader.beside() as second:
            assert second is not None
            assert second.execute("select current_user").fetchone() == (READER,)
            return backend(first), backend(second)

    pairs = {reader.ask(ask, 10) for _ in range(4)}
    assert len(pairs) == 1
    first, second = pairs.pop()
    assert first != second
    connection.execute("select pg_terminate_backend(%s, 5000)", [second])
    assert reader.ask(ask, 10)[1] not in (first, second)
    reader.close()


def test_a_query_continues_without_a_second_connection(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest_api.stats.database.MOST_CONNECTIONS", 1)
    monkeypatch.setattr("ingest_api.stats.database.CONNECT_SECONDS", 0.1)
    reader = DatabaseReader(database)
    reader.ask(backend, 10)

    def ask(_: psycopg.Connection) -> bool:
        with reader.beside() as second:
            return second is None

    assert reader.ask(ask, 10)
    reader.close()
