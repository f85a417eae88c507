"""The partitions of the events, a month each."""

from __future__ import annotations

import threading
from typing import Any

import psycopg

from tests.server import wait_until


def one(connection: psycopg.Connection, query: str) -> Any:
    """Return the only value of a query."""
    answer = connection.execute(query.encode()).fetchone()
    assert answer is not None
    return answer[0]


def test_two_loads_that_need_the_same_new_month_both_get_it(
    connection: psycopg.Connection, database: str
) -> None:
    waits = (
        "select count(*) from pg_locks join pg_database as d on d.oid = pg_locks.database "
        "where not granted and datname = current_database()"
    )
    make = "select telemetry.ensure_partition('2031-05-01')"
    with psycopg.connect(database) as first, psycopg.connect(database) as second:
        second.execute("select telemetry.ensure_partition('2031-04-01')")
        second.commit()
        # what the second one remembers: there is no such table
        second.execute("select to_regclass('telemetry.events_2031_05')")
        first.execute(make)
        waiting = threading.Thread(target=second.execute, args=(make,))
        waiting.start()
        wait_until(lambda: one(connection, waits) == 1, "the second one's wait")
        first.commit()
        waiting.join(10)
        second.commit()
    assert one(connection, "select count(*) from telemetry.events_2031_05") == 0
