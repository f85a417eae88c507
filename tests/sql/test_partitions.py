"""The monthly partitions of the events."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

from ingest_api.loading.retention import drop_before
from tests.server import RunningServer, event, wait_until


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
        # what the second connection caches: no such table
        second.execute("select to_regclass('telemetry.events_2031_05')")
        first.execute(make)
        waiting = threading.Thread(target=second.execute, args=(make,))
        waiting.start()
        wait_until(lambda: one(connection, waits) == 1, "the second one's wait")
        first.commit()
        waiting.join(10)
        second.commit()
    assert one(connection, "select count(*) from telemetry.events_2031_05") == 0


def partitions(connection: psycopg.Connection) -> set[str]:
    """Return the names of the months' partitions."""
    query = "select relname from pg_class where relname ~ '^events_...._..$' and relkind = 'r'"
    return {name for (name,) in connection.execute(query.encode())}


def months_ago(months: int) -> datetime:
    """Return the middle of a month (UTC)."""
    now = datetime.now(UTC)
    year, month = divmod(now.year * 12 + now.month - 1 - months, 12)
    return datetime(year, month + 1, 15 if months else now.day, tzinfo=UTC)


def name_of(month: datetime) -> str:
    """Return the name of a month's partition."""
    return f"events_{month:%Y_%m}"


def test_one_request_of_many_months_makes_a_year_of_partitions(
    server: RunningServer, connection: psycopg.Connection
) -> None:
    dates = [months_ago(months) for months in range(119)]
    assert server.post(*(event(t=date.isoformat()) for date in dates)).json()["accepted"] == 119
    server.settle()
    assert partitions(connection) == {name_of(date) for date in dates[:14]}
    assert one(connection, "select count(*) from telemetry.events_odd") == 119 - 14
    assert server.get(f"/stats?from={dates[-1].date()}&to={dates[0].date()}").json()["total"] == 119


def test_a_month_of_a_thousand_events_gets_its_partition_and_takes_its_rows_along(
    server: RunningServer, connection: psycopg.Connection
) -> None:
    busy, quiet = months_ago(30), months_ago(31)
    server.post(event(t=quiet.isoformat()))
    for number in (499, 500):
        server.post(*(event(t=busy.isoformat(), id=f"{number} {n}") for n in range(number)))
        server.settle()
    assert partitions(connection) == set()
    assert one(connection, "select count(*) from telemetry.events_odd") == 1000
    server.post(event(t=busy.isoformat()))
    server.settle()
    assert partitions(connection) == {name_of(busy)}
    assert one(connection, f"select count(*) from telemetry.{name_of(busy)}") == 1000
    assert one(connection, "select count(*) from telemetry.events_odd") == 1


def test_retention_deletes_odd_dates_to_the_day_and_whole_months(
    server: RunningServer, connection: psycopg.Connection
) -> None:
    kept = months_ago(20)
    odd = [kept - timedelta(days=1), kept, months_ago(15)]
    recent = [months_ago(13), months_ago(1)]
    server.post(*(event(t=date.isoformat()) for date in (*odd, *recent)))
    server.settle()
    drop_before(connection, kept.date())
    days = "select min(t at time zone 'UTC')::date from telemetry.events"
    assert one(connection, "select count(*) from telemetry.events") == 4
    assert one(connection, days) == kept.date()
    drop_before(connection, months_ago(12).replace(day=1).date())
    assert partitions(connection) == {name_of(recent[1])}
    assert one(connection, "select count(*) from telemetry.events") == 1
