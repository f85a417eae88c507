"""What is deleted of the log, and what stays because the database lacks it."""

from __future__ import annotations

import os
from pathlib import Path

import psycopg
import pytest

from ingest_api.loading.housekeeping import Housekeeper
from tests.applications import application
from tests.ingest_api.loading.test_housekeeping import DAY, Clock, clock, keeper, names
from tests.ingest_api.loading.test_loader import Log, log, one, rows
from tests.server import event

__all__ = ["clock", "keeper", "log", "rows"]


def test_a_compressed_file_is_deleted_after_its_time(
    log: Log, keeper: Housekeeper, clock: Clock, rows: psycopg.Connection,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    log.write(event())
    log.writer.close()
    log.load()
    keeper.make_round()
    clock.now += 29 * DAY
    keeper.make_round()
    assert names(log.folder) == [".jsonl.gz"]
    clock.now += 2 * DAY
    keeper.make_round()
    assert names(log.folder) == []
    assert one(rows, "select count(*) from telemetry.log_files") == 0
    assert caplog.text == ""


def test_what_was_set_aside_is_deleted_by_retention_days_alone(
    database: str, log: Log, tmp_path: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    data_dir = tmp_path / "data"
    lines, rows = log.folder / "rejected" / "e.jsonl", data_dir / "import-rejected-2026.jsonl"
    for path in (lines, rows, data_dir / "import-notes.jsonl"):
        path.parent.mkdir(exist_ok=True)
        path.touch()
        os.utime(path, (clock.now - 95 * DAY, clock.now - 95 * DAY))

    def round_with(retention_days: int | None) -> tuple[bool, bool]:
        Housekeeper(
            application(database, log.folder, data_dir), log.meters, 30, clock, retention_days
        ).make_round()
        return lines.exists(), rows.exists()

    assert round_with(None) == (True, True)
    assert round_with(99) == (True, True)
    assert "deleted" not in caplog.text
    assert round_with(90) == (False, False)
    for path in (lines, rows):
        assert f"deleted {path.name}: RETENTION_DAYS" in caplog.text
    assert (data_dir / "import-notes.jsonl").exists()


def archived(log: Log, keeper: Housekeeper) -> Path:
    """Return an archive that the database has."""
    log.write(event())
    log.writer.close()
    log.load()
    keeper.make_round()
    (path,) = log.folder.glob("*.jsonl.gz")
    return path


def test_an_archive_that_the_database_lacks_stays_and_is_reported_once_a_day(
    log: Log, keeper: Housekeeper, clock: Clock, rows: psycopg.Connection,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    path = archived(log, keeper)
    rows.execute("delete from telemetry.log_files")
    clock.now += 29 * DAY
    keeper.make_round()
    assert (log.meters.total("overdue_files"), caplog.text) == (0, "")
    clock.now += 100 * DAY
    for _ in range(3):
        keeper.make_round()
    assert path.exists()
    assert log.meters.total("overdue_files") == 1
    assert caplog.text.count(f"{path.name} is older than 30 days") == 1
    clock.now += DAY
    keeper.make_round()
    assert caplog.text.count("is older than 30 days") == 2


def test_an_old_archive_fills_a_database_that_was_restored_empty(
    log: Log, keeper: Housekeeper, clock: Clock, rows: psycopg.Connection
) -> None:
    archived(log, keeper)
    rows.execute("drop schema telemetry cascade")
    log.loader.close()
    log.loader.load_available()
    rows.execute("delete from telemetry.log_files")
    clock.now += 400 * DAY
    keeper.make_round()
    log.loader.close()
    log.load()
    assert one(rows, "select count(*) from telemetry.events") == 1
    keeper.make_round()  # compressed
    keeper.make_round()
    assert names(log.folder) == []
    assert log.meters.total("overdue_files") == 0


def test_a_log_file_that_is_not_loaded_for_long_is_reported(
    log: Log, keeper: Housekeeper, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    log.load()
    log.write(event())
    clock.now += 31 * DAY
    keeper.make_round()
    assert names(log.folder) == [".jsonl"]
    assert log.meters.total("overdue_files") == 1
    assert "and not in the database: it is kept" in caplog.text
    log.load()
    keeper.make_round()
    assert log.meters.total("overdue_files") == 0


def test_retention_days_deletes_an_archive_that_the_database_lacks_and_says_so(
    database: str, log: Log, keeper: Housekeeper, clock: Clock, rows: psycopg.Connection,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    path = archived(log, keeper)
    rows.execute("delete from telemetry.log_files")
    expiring = Housekeeper(application(database, log.folder), log.meters, 30, clock, 90)
    # the last event may be dated a day ahead
    os.utime(path, (clock.now - 90 * DAY, clock.now - 90 * DAY))
    expiring.make_round()
    assert path.exists()
    os.utime(path, (clock.now - 92 * DAY, clock.now - 92 * DAY))
    expiring.make_round()
    assert not path.exists()
    assert f"deleted {path.name}: RETENTION_DAYS keeps none" in caplog.text
    # it may be there as version 0.1 called the file
    assert "not in this database under this name" in caplog.text


def test_a_clock_that_is_ahead_deletes_nothing_that_the_database_lacks(
    database: str, log: Log, keeper: Housekeeper, clock: Clock, rows: psycopg.Connection
) -> None:
    path = archived(log, keeper)
    rows.execute("delete from telemetry.log_files")
    clock.now += 1000 * DAY
    with pytest.raises(psycopg.errors.InvalidParameterValue, match="see the server's clock"):
        Housekeeper(application(database, log.folder), log.meters, 30, clock, 90).make_round()
    assert path.exists()


def test_a_file_whose_row_outlived_it_is_forgotten_later(
    log: Log, keeper: Housekeeper, clock: Clock, rows: psycopg.Connection
) -> None:
    # as after a crash between the two
    archived(log, keeper).unlink()
    keeper.make_round()
    assert one(rows, "select count(*) from telemetry.log_files") == 1
    clock.now += 31 * DAY
    keeper.make_round()
    assert one(rows, "select count(*) from telemetry.log_files") == 0
