"""The parent's tasks: whatever they raise, they go on, and say so."""

from __future__ import annotations

import threading
from pathlib import Path

import psycopg
import pytest

from ingest_api.backoff import Backoff
from ingest_api.metrics.meters import Meters
from ingest_api.serving.tasks import Task
from ingest_api.version import VERSION
from tests.ingest_api.events.test_geo import city, write
from tests.ingest_api.loading.test_loader import Log, log, one, rows
from tests.ingest_api.metrics.test_meters import samples
from tests.server import RunningServer, event, wait_until

__all__ = ["log", "rows"]


def test_pauses_grow_with_each_failure_in_a_row_and_have_an_end() -> None:
    backoff = Backoff(0.5, 3)
    assert [backoff.fail() for _ in range(5)] == [0.5, 1, 2, 3, 3]
    backoff.succeed()
    assert backoff.fail() == 0.5


def test_a_task_that_fails_is_logged_with_its_traceback_and_starts_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    meters, stop, began = Meters.create(1), threading.Event(), []

    def run(stopped: threading.Event) -> None:
        began.append(1)
        if len(began) <= 2:
            raise KeyError("something nobody thought of")
        stopped.wait()

    task = Task("refresher", run, meters)
    task.start(stop)
    wait_until(lambda: len(began) == 3, "the third start")
    stop.set()
    task.join(10)
    assert samples(meters)["telemetry_task_restarts_total{'task': 'refresher'}"] == 2
    assert samples(meters)["telemetry_task_restarts_total{'task': 'loader'}"] == 0
    failures = [record for record in caplog.records if "the refresher failed" in record.message]
    assert len(failures) == 2
    assert all(record.exc_info for record in failures)


def test_a_task_waits_for_what_it_needs_and_a_stop_does_not() -> None:
    meters, stop, begins, began = (
        Meters.create(1), threading.Event(), threading.Event(), threading.Event(),
    )  # fmt: skip
    task = Task("refresher", lambda _: began.set(), meters, begins)
    task.start(stop)
    assert not began.wait(0.5)
    begins.set()
    assert began.wait(10)
    never = Task("refresher", lambda _: began.set(), meters, threading.Event())
    never.start(stop)
    began.clear()
    stop.set()
    never.join(10)
    assert not began.is_set()


def test_a_loader_that_fails_in_an_unknown_way_goes_on_where_it_was(
    log: Log, rows: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.write(event())
    take, failures = log.loader._log.take, [KeyError("unheard of")]

    def fail_once(max_bytes: int) -> object:
        chunks = take(max_bytes)
        if chunks and failures:
            raise failures.pop()
        return chunks

    monkeypatch.setattr(log.loader._log, "take", fail_once)
    stop = threading.Event()
    task = Task("loader", log.loader.run, log.meters)
    task.start(stop)
    wait_until(lambda: log.meters.total("loaded_events") == 1, "the event")
    stop.set()
    task.join(10)
    assert one(rows, "select count(*) from telemetry.events") == 1
    assert log.meters.total("restarts:loader") == 1


def test_the_first_start_on_an_empty_database_warns_of_nothing(
    empty_database: str, tmp_path: Path
) -> None:
    write(tmp_path / "places.mmdb", {"2.125.160.0/24": city("GB")})
    with RunningServer(
        empty_database, tmp_path / "data", GEO_DB=str(tmp_path / "places.mmdb")
    ) as server:
        server.settle()
        server.post(event())
        server.settle()
        with psycopg.connect(empty_database, autocommit=True) as connection:
            view = "select events from telemetry.daily_activity"
            server.wait_for(lambda: connection.execute(view).fetchone() == (1,), "the view")
        assert server.stop() == 0
        lines = server.log_text().splitlines()
        assert [line for line in lines if "level=info" not in line] == []


def test_tasks_workers_version_and_disk_are_shown(server: RunningServer) -> None:
    server.settle()
    found = server.get("/dbhealth").json()["tasks"]
    assert {name: task["restarts"] for name, task in found.items()} == {
        "loader": 0, "refresher": 0, "housekeeper": 0,
    }  # fmt: skip
    assert found["loader"]["secondsSinceSuccess"] <= 10
    server.wait_for(lambda: server.metric("telemetry_workers") == 2, "both workers")
    assert server.metric('telemetry_task_success_age_seconds{task="loader"}') <= 10
    assert server.metric("telemetry_log_disk_free_bytes") > 0
    assert f'telemetry_build_info{{version="{VERSION}"}} 1.0' in server.get("/metrics").text
