"""Reading from a database that comes and goes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from psycopg.errors import ReadOnlySqlTransaction

from dashboard_app.query.database import (
    AWAY,
    BUSY,
    FAILED,
    MAX_CONNECTIONS,
    NO_TABLES,
    OTHER_TABLES,
    SLOW,
    Reader,
    SlowError,
    UnavailableError,
)
from sql.database import ExternalDatabase


@pytest.fixture
def reader(database: str) -> Iterator[Reader]:
    reader = Reader(ExternalDatabase(database))
    yield reader
    reader.close()


def one(connection: psycopg.Connection) -> int:
    row = connection.execute("select 1").fetchone()
    assert row is not None
    return int(row[0])


def test_connections_that_were_cut_are_not_noticed(
    reader: Reader, connection: psycopg.Connection
) -> None:
    for _ in range(3):
        assert reader.read(one) == 1
        connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
        )


def test_missing_tables_differ_from_a_missing_database(empty_database: str) -> None:
    reader = Reader(ExternalDatabase(empty_database))
    with pytest.raises(UnavailableError, match=NO_TABLES):
        reader.read(lambda connection: connection.execute("select from telemetry.days"))
    reader.close()


@pytest.mark.parametrize("missing", ["telemetry_function()", "a_column from (select 1) as a_table"])
def test_tables_of_another_version_are_waited_for(reader: Reader, missing: str) -> None:
    with pytest.raises(UnavailableError, match=OTHER_TABLES):
        reader.read(lambda connection: connection.execute(f"select {missing}".encode()))


def test_an_unreachable_database_is_reported_without_its_password(
    caplog: pytest.LogCaptureFixture,
) -> None:
    reader = Reader(ExternalDatabase("postgresql://user:hidden@127.0.0.1:1/telemetry"), 0.5)
    with pytest.raises(UnavailableError, match=AWAY):
        reader.read(one)
    reader.close()
    assert AWAY in caplog.text
    assert "hidden" not in caplog.text


def test_a_slow_query_times_out(reader: Reader) -> None:
    def long(connection: psycopg.Connection) -> None:
        connection.execute("set statement_timeout = 10")
        connection.execute("select pg_sleep(10)")

    with pytest.raises(SlowError, match=SLOW):
        reader.read(long)


def test_nothing_can_be_written(reader: Reader, connection: psycopg.Connection) -> None:
    with pytest.raises(ReadOnlySqlTransaction):
        reader.read(lambda reading: reading.execute("delete from telemetry.days"))


def test_a_busy_database_is_not_reported_as_unreachable(database: str) -> None:
    reader = Reader(ExternalDatabase(database))
    held, enough = threading.Barrier(MAX_CONNECTIONS + 1), threading.Event()

    def hold(connection: psycopg.Connection) -> None:
        connection.execute("select 1")
        held.wait(10)
        enough.wait(10)

    with ThreadPoolExecutor(MAX_CONNECTIONS) as threads:
        holding = [threads.submit(reader.read, hold) for _ in range(MAX_CONNECTIONS)]
        held.wait(10)
        with pytest.raises(SlowError, match=BUSY):
            reader.read(one)
        enough.set()
        for question in holding:
            question.result()
    assert reader.read(one) == 1
    reader.close()


def test_a_failed_query_has_a_short_message(reader: Reader) -> None:
    with pytest.raises(UnavailableError, match=FAILED):
        reader.read(lambda connection: connection.execute("select 1 / 0"))
    assert reader.read(one) == 1
