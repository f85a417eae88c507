"""The views are refreshed after loads, and failures are reported."""

from __future__ import annotations

import threading
import time

import psycopg
import pytest

from ingest_api.loading.view_refresh import Refresher
from sql.database import ExternalDatabase
from tests.ingest_api.loading.test_loader import Log, log, one, rows
from tests.server import event, wait_until

__all__ = ["log", "rows"]

DAYS = "select count(*) from telemetry.daily_activity"


def test_a_failed_refresh_is_reported_once_and_recovers(
    log: Log, rows: psycopg.Connection, database: str, caplog: pytest.LogCaptureFixture
) -> None:
    log.write(event())
    log.load()
    rows.execute("alter materialized view telemetry.daily_activity rename to elsewhere")
    stop = threading.Event()
    refresher = Refresher(ExternalDatabase(database), log.meters)
    thread = threading.Thread(target=refresher.run, args=[stop])
    thread.start()
    try:
        wait_until(lambda: "can't refresh the views" in caplog.text, "a warning")
        time.sleep(2.5)
        rows.execute("alter materialized view telemetry.elsewhere rename to daily_activity")
        wait_until(lambda: one(rows, DAYS) == 1, "the view")
    finally:
        stop.set()
        thread.join()
    assert caplog.text.count("can't refresh the views") == 1
