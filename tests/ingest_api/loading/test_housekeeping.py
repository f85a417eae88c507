"""Log files: compressed once loaded, deleted in time, unpacked for a new database."""

from __future__ import annotations

import gzip
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from ingest_api.loading.housekeeping import Housekeeper
from ingest_api.log.archive import compress, tidying
from tests.applications import application
from tests.chaos.disks import small_disk as mounted
from tests.ingest_api.loading.test_loader import Log, log, one, rows
from tests.server import event, wait_until

__all__ = ["log", "rows"]

DAY = 86_400


class Clock:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    with mounted(tmp_path / "disk", 16) as folder:
        yield folder


@pytest.fixture
def keeper(database: str, log: Log, clock: Clock) -> Housekeeper:
    return Housekeeper(application(database, log.folder), log.meters, 30, clock)


def names(folder: Path) -> list[str]:
    """Return the endings of the log's files."""
    return sorted("".join(path.suffixes) for path in folder.glob("events-*"))


def test_a_file_is_compressed_once_it_is_loaded_and_let_go(log: Log, keeper: Housekeeper) -> None:
    log.write(event())
    keeper_is_early = log.loader.load_available()
    assert keeper_is_early
    keeper.make_round()
    assert names(log.folder) == [".jsonl"], "its writer may add to it"
    log.writer.close()
    (path,) = log.folder.glob("*.jsonl")
    content = path.read_bytes()
    keeper.make_round()
    assert names(log.folder) == [".jsonl.gz"]
    (packed,) = log.folder.glob("*.gz")
    assert gzip.decompress(packed.read_bytes()) == content
    assert packed.stat().st_mode & 0o777 == 0o600


def test_a_file_that_is_not_loaded_stays(log: Log, keeper: Housekeeper) -> None:
    log.load()
    log.write(event())
    log.writer.close()
    keeper.make_round()
    assert names(log.folder) == [".jsonl"]
    log.load()
    keeper.make_round()
    assert names(log.folder) == [".jsonl.gz"]


def test_a_file_with_a_torn_end_is_compressed_too(log: Log, keeper: Housekeeper) -> None:
    log.write(event())
    log.writer.close()
    (path,) = log.folder.glob("*.jsonl")
    with path.open("ab") as file:
        file.write(b'{"torn')
    log.load()
    keeper.make_round()
    assert names(log.folder) == [".jsonl.gz"]


def test_no_file_is_packed_while_others_are_unpacked(
    log: Log, keeper: Housekeeper, rows: psycopg.Connection
) -> None:
    log.write(event())
    log.writer.close()
    log.load()
    thread = threading.Thread(target=keeper.make_round)
    with tidying(log.folder):
        thread.start()
        wait_until(
            lambda: one(
                rows,
                "select count(*) from pg_stat_activity where datname = current_database()"
                " and application_name = 'telemetry housekeeper'",
            ),
            "the housekeeper at work",
        )
        # what it knows by now, the database forgets, as one that is restored does
        rows.execute("delete from telemetry.log_files")
    thread.join()
    assert names(log.folder) == [".jsonl"]


def test_an_empty_database_is_filled_from_the_log(
    log: Log, keeper: Housekeeper, rows: psycopg.Connection
) -> None:
    log.write(event(m={"n": 1}), event(m={"n": 2}))
    log.writer.close()
    log.load()
    keeper.make_round()
    log.write(event(m={"n": 3}))
    log.load()
    rows.execute("drop schema telemetry cascade")
    log.loader.close()
    log.load()
    assert one(rows, "select array_agg((m->>'n')::int order by t, m) from telemetry.events") == [
        1,
        2,
        3,
    ]
    assert one(rows, "select events from telemetry.days") == 3


def test_archives_are_unpacked_one_after_the_other_behind_what_comes_now(
    log: Log, keeper: Housekeeper, rows: psycopg.Connection
) -> None:
    for number in range(3):
        log.write(event(m={"n": number}))
        log.writer.close()
    log.load()
    keeper.make_round()
    assert names(log.folder) == [".jsonl.gz"] * 3
    rows.execute("drop schema telemetry cascade")
    log.loader.close()
    log.write(event(m={"n": 9}))
    everything = "select array_agg((m->>'n')::int order by m) from telemetry.events"
    for number in range(3):
        assert log.loader.load_available()
        assert names(log.folder).count(".jsonl.gz") == 2 - number
        log.loader.lag.measure(database_up=True)
        assert log.meters.total("waiting_events") == 3 - number
        # events go on coming
        log.write(event(m={"n": 10 + number}))
    while log.loader.load_available():
        pass
    assert one(rows, everything) == [0, 1, 2, 9, 10, 11, 12]
    log.loader.lag.measure(database_up=True)
    assert log.meters.total("waiting_events") == 0
    # three were loaded into the database that is gone, and are in the log again
    assert log.meters.total("logged_events") == log.meters.total("loaded_events") == 10
    assert log.meters.total("reloaded_events") == 3
    assert log.meters.total("withdrawn_events") == 0


def test_an_archive_that_there_is_no_room_for_waits_and_holds_up_nothing(
    small_disk: Path, database: str, rows: psycopg.Connection, caplog: pytest.LogCaptureFixture
) -> None:
    log = Log(database, small_disk)
    archive = small_disk / "events-20260101T000000Z-w1-000000000001.jsonl.gz"
    archive.write_bytes(gzip.compress(b"{}\n" * (8 << 20)))
    for number in range(3):
        log.write(event())
        assert log.loader.load_available()
        assert one(rows, "select count(*) from telemetry.events") == number + 1
    log.loader.lag.measure(database_up=True)
    assert log.meters.total("waiting_events") == 1
    assert caplog.text.count("archives are waiting to be unpacked") == 1
    assert archive.exists()
    log.loader.close()


def test_a_stop_does_not_wait_for_archives(log: Log, keeper: Housekeeper) -> None:
    log.write(event())
    log.writer.close()
    log.load()
    keeper.make_round()
    with psycopg.connect(log.database, autocommit=True) as connection:
        connection.execute("drop schema telemetry cascade")
    log.loader.close()
    stop = threading.Event()
    stop.set()
    log.loader.run(stop)
    assert names(log.folder) == [".jsonl.gz"]


def test_a_database_that_lost_what_this_run_did_not_load_is_filled(
    log: Log, rows: psycopg.Connection
) -> None:
    log.write(event(m={"n": 1}))
    log.load()
    # as after a restart: the meters begin anew, and then the database is replaced by an empty one
    log.meters.set("loaded_events", 0)
    log.meters.set("logged_events", 0)
    rows.execute("drop schema telemetry cascade")
    log.loader.close()
    log.load()
    assert one(rows, "select count(*) from telemetry.events") == 1


def test_a_damaged_archive_is_reported_and_the_rest_continues(
    log: Log, rows: psycopg.Connection, caplog: pytest.LogCaptureFixture
) -> None:
    damaged = log.folder / "events-0-w1-1.jsonl.gz"
    damaged.write_bytes(gzip.compress(b"{}\n" * 1000)[:-20])
    log.write(event())
    log.load()
    assert "events-0-w1-1.jsonl.gz is damaged" in caplog.text
    assert one(rows, "select count(*) from telemetry.events") == 1
    assert names(log.folder) == [".jsonl", ".jsonl.gz"]


def test_an_untidied_file_is_reported_and_the_others_are_tidied(
    log: Log, keeper: Housekeeper, clock: Clock, rows: psycopg.Connection,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    in_the_way = [log.folder / f"events-0-w1-{number}" for number in ("1.jsonl", "2.jsonl.gz")]
    for path in in_the_way:
        path.mkdir()
        os.utime(path, (0, 0))
    log.write(event())
    log.writer.close()
    log.load()
    keeper.make_round()
    assert names(log.folder) == [".jsonl", ".jsonl.gz", ".jsonl.gz"]
    # what the database lacks would not be deleted at all
    rows.execute(
        "insert into telemetry.log_files (server, name, position, loaded, rejected, settled_at)"
        " select server, 'events-0-w1-2.jsonl', 1, 1, 0, now() from telemetry.log_files"
    )
    clock.now += 31 * DAY
    keeper.make_round()
    assert names(log.folder) == [".jsonl", ".jsonl.gz"]
    told = [message for message in caplog.messages if message.startswith("can't tidy")]
    assert {message.split()[2].rstrip(",") for message in told} == {
        path.name for path in in_the_way
    }


def test_an_archive_that_can_t_be_written_says_why(tmp_path: Path) -> None:
    path = tmp_path / "events-0-w1-1.jsonl"
    path.write_bytes(b"{}\n")
    path.with_name(f"{path.name}.gz.new").mkdir()
    with pytest.raises(OSError, match="directory"):
        compress(path)
    assert path.read_bytes() == b"{}\n"
