"""`GET /ready` over HTTP: whether events can be logged, without any being logged."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, suppress
from pathlib import Path

import pytest

from ingest_api.log.probe import LogProbe
from ingest_api.shared_question import SharedQuestion
from tests.chaos.disks import attribute, filled, small_disk
from tests.server import RunningServer, event, wait_until


def test_a_server_that_can_log_is_ready_and_nothing_is_loaded_of_it(server: RunningServer) -> None:
    answer = server.get("/ready")
    assert (answer.status_code, answer.json()) == (200, {"ok": True})
    server.settle()
    assert server.metric("telemetry_logged_events_total") == 0
    assert not [path for path in server.data.rglob("*") if "probe" in path.name]


@pytest.mark.parametrize("trouble", [filled, lambda disk: attribute(disk / "logs", "i")])
def test_a_server_whose_disk_can_t_be_written_is_not_ready_without_any_traffic(
    database: str, tmp_path: Path, trouble: Callable[[Path], AbstractContextManager[None]]
) -> None:
    with (
        small_disk(tmp_path / "disk", 16) as disk,
        RunningServer(
            database, tmp_path / "data", LOG_DIR=str(disk / "logs"), WEB_CONCURRENCY="1"
        ) as server,
    ):
        assert server.get("/ready").status_code == 200

        with trouble(disk):
            server.wait_for(lambda: not server.get("/ready").ok, "a refusal")
            answer = server.get("/ready")
            assert (answer.status_code, answer.json()["error"]) == (503, "log_unavailable")
            assert int(answer.headers["Retry-After"]) > 0
            assert server.get("/health").ok
        server.wait_for(lambda: server.get("/ready").ok, "readiness")
        assert server.post(event()).ok


def test_a_server_without_a_database_is_ready(tmp_path: Path) -> None:
    with RunningServer("host=/nonexistent dbname=absent", tmp_path / "data") as server:
        assert server.get("/ready").ok


def test_the_disk_is_tried_once_a_second_however_many_ask(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[int] = []
    fdatasync = os.fdatasync

    def sync(fd: int) -> None:
        tried.append(fd)
        fdatasync(fd)

    monkeypatch.setattr(os, "fdatasync", sync)
    probe = LogProbe(tmp_path, 1)
    began = time.monotonic()
    with ThreadPoolExecutor(20) as threads:
        for one in [threads.submit(probe.check) for _ in range(500)]:
            one.result()
    assert 1 <= len(tried) <= 1 + time.monotonic() - began
    assert list(tmp_path.iterdir()) == []


def test_a_question_that_hangs_is_waited_for_once() -> None:
    go_on = threading.Event()
    question = SharedQuestion(go_on.wait, "test", 0.3)
    with ThreadPoolExecutor(5) as threads:
        asked = [threads.submit(question.answer) for _ in range(5)]
        assert {type(one.exception(10)) for one in asked} == {TimeoutError}
    began = time.monotonic()
    for _ in range(100):
        with pytest.raises(TimeoutError):
            question.answer()
    assert time.monotonic() - began < 3
    go_on.set()

    def is_answered() -> bool:
        with suppress(TimeoutError):
            return question.answer()
        return False

    wait_until(is_answered, "an answer")
    question.close()
