"""The loader: every logged line once, whatever it holds and whatever dies."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings

from ingest_api.events.anonymise import Anonymiser
from ingest_api.events.contract import LogLine
from ingest_api.events.geo import Place
from ingest_api.events.reading import Reader
from ingest_api.loading.loader import Loader
from ingest_api.log.writer import LogWriter
from ingest_api.metrics.meters import Meters
from tests.applications import application
from tests.ingest_api.events.test_reading import any_event, batch
from tests.server import event

reader = Reader(Anonymiser("a secret of the tests"), random.Random(1))


class Log:
    """A log folder with its writer and its loader."""

    def __init__(self, database: str, folder: Path) -> None:
        self.folder, self.database = folder, database
        self.meters = Meters.create(2)
        self.writer = LogWriter(folder, 1, 10**6, time.time, Meters(self.meters.fd, 1))
        self.loader = Loader(application(database, folder), "java.run", self.meters)

    def write(self, *events: dict[str, Any]) -> list[LogLine]:
        """Log events, and return their lines."""
        lines = reader.read(
            json.dumps(batch(*events)).encode(), Place(None, None), int(time.time() * 1000)
        ).lines
        self.writer.append(msgspec.json.Encoder().encode_lines(lines))
        return lines

    def load(self) -> None:
        """Load all that is logged."""
        while self.loader.load_available():
            pass


@pytest.fixture
def log(database: str, tmp_path: Path) -> Iterator[Log]:
    log = Log(database, tmp_path)
    yield log
    log.loader.close()


@pytest.fixture
def rows(database: str) -> Iterator[psycopg.Connection]:
    """A connection to see what was loaded."""
    with psycopg.connect(database, autocommit=True) as connection:
        yield connection


def one(rows: psycopg.Connection, query: str) -> Any:
    """Return the only value of a query."""
    answer = rows.execute(query.encode()).fetchone()
    assert answer is not None
    return answer[0]


def test_an_event_comes_back_as_it_was_sent(log: Log, rows: psycopg.Connection) -> None:
    m = {
        "custom": "d\"a't\\a\n\t\x01\x02ä€😀",
        "durationMs": 5,
        "list": [1, 2.5, None, {"a": True}],
    }
    (line,) = log.write(event(t="2026-03-01T00:00:00.123+01:00", m=m, sessionId="s1", os="Linux"))
    log.load()
    found = rows.execute(
        "select (extract(epoch from t) * 1000)::bigint, id, replace(anon::text, '-', ''), evt, os,"
        " ext, replace(session_id::text, '-', ''), duration_ms, m from telemetry.events"
    ).fetchone()
    del m["durationMs"]
    assert found == (
        1772319600123,
        line.id,
        line.anon,
        "app.started",
        "Linux",
        "0.0.0",
        line.session_id,
        5,
        m,
    )


def test_loading_again_from_the_start_doubles_nothing(log: Log, rows: psycopg.Connection) -> None:
    log.write(event(), event(), event(id="x"))
    log.load()
    rows.execute("update telemetry.log_files set position = 0")
    log.loader.close()
    log.load()
    assert one(rows, "select count(*) from telemetry.events") == 3
    assert one(rows, "select events from telemetry.days") == 3


def test_an_event_sent_again_with_its_id_is_stored_once(log: Log, rows: psycopg.Connection) -> None:
    sent = event(id="delivery 1")
    log.write(sent, sent)
    log.write(sent, {**sent, "id": "delivery 2"})
    log.load()
    assert one(rows, "select count(*) from telemetry.events") == 2
    assert one(rows, "select sum(events) from telemetry.visitor_days") == 2
    assert log.meters.total("duplicate_events") == 2


def test_two_events_in_one_line_are_set_aside(log: Log, rows: psycopg.Connection) -> None:
    log.write(event())
    (path,) = log.folder.glob("*.jsonl")
    line = path.read_bytes().rstrip(b"\n")
    log.writer.append(line.replace(b'"t":', b'"t":1') + b"," + line + b"\n")
    log.load()
    assert one(rows, "select count(*) from telemetry.events") == 1
    assert log.meters.total("rejected_events") == 1


@pytest.mark.parametrize(
    "damage",
    [b"{", b"\x00\x00\x00", b"\xff\xfe", b"", b"[]", b'{"t":"x"}', b'{"id":1}', b'a"b,c\x01d\x02e'],
)
def test_a_damaged_line_is_set_aside_and_the_rest_goes_on(
    log: Log, rows: psycopg.Connection, damage: bytes
) -> None:
    log.write(*(event() for _ in range(20)))
    log.writer.append(damage + b"\n")
    log.write(*(event() for _ in range(20)))
    log.load()
    assert one(rows, "select count(*) from telemetry.events") == 40
    assert one(rows, "select sum(events)::int from telemetry.days") == 40
    assert log.meters.total("rejected_events") == 1
    (path,) = (log.folder / "rejected").iterdir()
    record = json.loads(path.read_text())
    assert record["line"] == damage.decode(errors="backslashreplace")
    assert record["reason"]


def test_odd_dates_have_room_and_usual_ones_a_partition(log: Log, rows: psycopg.Connection) -> None:
    log.write(
        event(t="1973-01-01"), event(t="1990-12-31"), event(), event(t=time.time() - 86_400 * 40)
    )
    log.load()
    assert one(rows, "select count(*) from telemetry.events") == 4
    assert one(rows, "select count(*) from telemetry.events_odd") == 2


def test_a_month_that_gets_a_partition_takes_its_rows_along(
    log: Log, rows: psycopg.Connection
) -> None:
    log.write(event(t="1990-12-31"), event(t="1990-11-30"))
    log.load()
    rows.execute("select telemetry.ensure_partition('1990-12-01')")
    rows.execute("select telemetry.ensure_partition('1990-12-01')")
    assert one(rows, "select count(*) from telemetry.events_1990_12") == 1
    assert one(rows, "select count(*) from telemetry.events_odd") == 1


def test_time_limits_meant_for_people_do_not_stop_the_loader(
    database: str, tmp_path: Path, rows: psycopg.Connection
) -> None:
    name = one(rows, "select current_database()")
    for limit in ("statement_timeout", "idle_in_transaction_session_timeout"):
        rows.execute(f"alter database {name} set {limit} = '30ms'".encode())
    log = Log(database, tmp_path)
    log.write(*(event() for _ in range(20_000)))
    log.load()
    log.loader.close()
    assert one(rows, "select count(*) from telemetry.events") == 20_000


def test_the_run_events_may_have_another_name(empty_database: str, tmp_path: Path) -> None:
    log = Log(empty_database, tmp_path)
    log.loader = Loader(application(empty_database, tmp_path), "build", log.meters)
    log.write(event(evt="build.started"), event(evt="java.run.started"), event(evt="build.error"))
    log.load()
    with psycopg.connect(empty_database) as rows:
        assert rows.execute(
            "select started, completed, runtime_errors from telemetry.days"
        ).fetchall() == [(1, 0, 1)]
    log.loader.close()


def test_a_line_that_became_two_after_it_was_counted_waits_no_longer_than_the_others(
    log: Log,
) -> None:
    log.write(event(), event(), event())
    log.loader._log.scan()
    (path,) = log.folder.glob("*.jsonl")
    content = bytearray(path.read_bytes())
    content[content.index(b"\n") + 9] = ord("\n")
    path.write_bytes(content)
    log.load()
    assert log.meters.total("rejected_events") == 2
    assert log.loader._log.waiting() == 0


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(events=any_event.map(lambda fields: {**event(), **fields}))
def test_whatever_is_accepted_can_be_loaded(
    log: Log, rows: psycopg.Connection, events: dict[str, Any]
) -> None:
    log.write(events)
    log.load()
    assert log.meters.total("rejected_events") == 0
    assert log.meters.total("loaded_events") == one(rows, "select count(*) from telemetry.events")
