"""RETENTION_DAYS: what is older is gone: rollups to the day, the events behind them by month."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
import psycopg
import pytest
import requests

from ingest_api.events.contract import LogLine
from ingest_api.events.expiry import first_kept_day, first_kept_ms
from ingest_api.loading.housekeeping import Housekeeper
from ingest_api.loading.loader import Loader
from ingest_api.loading.retention import drop_before
from ingest_api.log.writer import LogWriter
from ingest_api.metrics.meters import Meters
from sql.database import ExternalDatabase, connect_as
from sql.roles import INGEST
from sql.statements import statement
from tests.applications import application
from tests.conftest import own_database
from tests.ingest_api.commands.forget.tables import contents, differing, rows
from tests.ingest_api.loading.test_rollups import load
from tests.server import RunningServer, event

DAYS = 40
DAY = timedelta(days=1)
NOW = datetime(2026, 8, 20, 15, tzinfo=UTC)
FIRST_KEPT = date(2026, 7, 12)


@pytest.fixture(scope="module")
def lines() -> list[LogLine]:
    """Events of some visitors over half a year, and some of odd dates."""
    chance = random.Random(4)
    found = []
    for number in range(1500):
        time_ms = int((NOW - chance.random() ** 2 * 200 * DAY).timestamp() * 1000)
        anon = f"{chance.randrange(150):032x}"
        line = LogLine(number, time_ms, anon, "java.run.completed", "linux", "1.0", "1", time_ms)
        line.country, line.session_id = chance.choice(("DE", "FR")), f"{chance.randrange(400):032x}"
        found.append(line)
    odd = datetime(2001, 1, 1, tzinfo=UTC)
    found += [
        LogLine(n, int(odd.timestamp() * 1000), "f" * 32, "e", "o", "1", "1", 0) for n in (1, 2)
    ]
    return found


@pytest.fixture
def filled(database: str, tmp_path: Path, lines: list[LogLine]) -> Iterator[psycopg.Connection]:
    load(database, tmp_path / "logs", lines, 10**6)
    with connect_as(INGEST, ExternalDatabase(database), "test") as connection:
        yield connection


def kept(lines: list[LogLine], first: date) -> list[LogLine]:
    """Return the lines from a day on."""
    first_ms = datetime.combine(first, datetime.min.time(), UTC).timestamp() * 1000
    return [line for line in lines if line.t >= first_ms]


def test_the_first_day_kept_is_so_many_days_ago_with_today() -> None:
    assert first_kept_day(NOW.timestamp(), DAYS) == FIRST_KEPT
    assert first_kept_ms(int(NOW.timestamp() * 1000), DAYS) == 1000 * int(
        datetime.combine(FIRST_KEPT, datetime.min.time(), UTC).timestamp()
    )
    assert (first_kept_day(0, None), first_kept_ms(0, None)) == (None, 0)


@pytest.mark.parametrize("first", [FIRST_KEPT, date(2026, 7, 1), date(2026, 7, 31)])
def test_rollups_are_as_if_nothing_had_been_before(
    cluster: str, database: str, filled: psycopg.Connection, tmp_path: Path, lines: list[LogLine],
    first: date,
) -> None:  # fmt: skip
    drop_before(filled, first)
    with own_database(cluster) as never:
        load(never, tmp_path / "kept", kept(lines, first), 10**6)
        with (
            psycopg.connect(database, autocommit=True) as owner,
            psycopg.connect(never, autocommit=True) as expected,
        ):
            found, wanted = contents(owner), contents(expected)
            # who is there still is known by the first day of all
            first_seen = found.pop("visitors")
            assert [row[0] for row in first_seen] == [row[0] for row in wanted.pop("visitors")]
            # events go by whole months
            assert len(found.pop("events")) == len(kept(lines, first.replace(day=1)))
            assert wanted.pop("events")
            assert differing(found, wanted) == []


def test_months_are_dropped_and_odd_dates_deleted(filled: psycopg.Connection) -> None:
    drop_before(filled, FIRST_KEPT)
    tables = "select relname from pg_class where relname ~ '^events_2026_..$' and relkind = 'r'"
    assert rows(filled, tables) == [("events_2026_07",), ("events_2026_08",)]
    assert rows(filled, "select count(*) from telemetry.events_odd") == [(0,)]
    before = rows(filled, "select version from telemetry.freshness")
    drop_before(filled, FIRST_KEPT)
    assert rows(filled, "select version from telemetry.freshness") == before, "nothing was due"


def test_nothing_is_dropped_that_is_of_today_or_later(filled: psycopg.Connection) -> None:
    tomorrow = datetime.now(UTC).date() + DAY
    counts = "select (select count(*) from telemetry.events), (select count(*) from telemetry.days)"
    before = rows(filled, counts)
    for name in ("drop_month", "delete_odd"):
        with pytest.raises(psycopg.errors.InvalidParameterValue, match="later than today"):
            filled.execute(statement(f"maintenance/retention/{name}"), {"first_kept": tomorrow})
    with pytest.raises(psycopg.errors.InvalidParameterValue, match=f"before '{tomorrow}'"):
        drop_before(filled, tomorrow)
    assert rows(filled, counts) == before
    drop_before(filled, tomorrow - DAY)
    assert rows(filled, counts) != before


def test_a_long_query_blocks_neither_loads_nor_rollups(
    filled: psycopg.Connection, database: str, caplog: pytest.LogCaptureFixture
) -> None:
    with psycopg.connect(database) as reader:
        reader.execute("select count(*) from telemetry.events")
        began = time.monotonic()
        with caplog.at_level("INFO"):
            drop_before(filled, FIRST_KEPT)
        assert time.monotonic() - began < 5
        assert "are in use; dropping them later" in caplog.text
        assert rows(filled, "select min(day) >= '2026-07-12' from telemetry.days") == [(True,)]
        assert rows(filled, "select to_regclass('telemetry.events_2026_05') is null") == [(False,)]
    drop_before(filled, FIRST_KEPT)
    assert rows(filled, "select to_regclass('telemetry.events_2026_05') is null") == [(True,)]


def test_what_is_loaded_late_makes_nothing_anew_and_is_counted(
    filled: psycopg.Connection, database: str, tmp_path: Path, lines: list[LogLine]
) -> None:
    drop_before(filled, FIRST_KEPT)
    (tmp_path / "late").mkdir()
    meters = Meters.create(2)
    writer = LogWriter(tmp_path / "late", 1, 10**8, time.time, Meters(meters.fd, 1))
    loader = Loader(
        application(database, tmp_path / "late"), "java.run", meters, NOW.timestamp, DAYS
    )
    writer.append(msgspec.json.Encoder().encode_lines(lines))
    while loader.load_available():
        pass
    loader.close()
    old = len(lines) - len(kept(lines, FIRST_KEPT))
    assert meters.total("expired_events") == old
    assert meters.total("duplicate_events") == len(lines) - old
    assert rows(filled, "select min(day) >= '2026-07-12' from telemetry.days") == [(True,)]
    assert rows(filled, "select to_regclass('telemetry.events_2026_05') is null") == [(True,)]


@pytest.mark.parametrize(
    ("age", "retention_days", "stays"), [(9, None, True), (9, 10, True), (12, 10, False)]
)
def test_the_log_is_kept_no_longer_than_the_events(
    connection: psycopg.Connection,
    database: str,
    tmp_path: Path,
    age: int,
    retention_days: int | None,
    stays: bool,
) -> None:
    (tmp_path / "rejected").mkdir()
    paths = [tmp_path / name for name in ("events-0-w1-1.jsonl.gz", "rejected/events-0-w1-1.jsonl")]
    modified = time.time() - age * 86_400
    for path in paths:
        path.touch()
        os.utime(path, (modified, modified))
    keeper = Housekeeper(
        application(database, tmp_path, tmp_path),
        Meters.create(1),
        30,
        retention_days=retention_days,
    )
    keeper.make_round()
    assert [path.exists() for path in paths] == [stays, stays]


def test_an_expired_event_gets_a_code(database: str, tmp_path: Path) -> None:
    now = int(time.time() * 1000)
    with RunningServer(database, tmp_path / "data", RETENTION_DAYS="30") as server:
        answer: requests.Response = server.post(
            event(t=now - 31 * 86_400_000), event(t=now - 28 * 86_400_000)
        )
        assert answer.json() == {
            "ok": True, "accepted": 1, "skipped": 1, "errors": [{"index": 0, "error": "expired_t"}],
        }  # fmt: skip
        server.settle()
        assert server.metric("telemetry_loaded_events_total") == 1
