"""`GET /health` and `GET /dbhealth` over HTTP."""

from __future__ import annotations

import re
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from importlib import metadata
from pathlib import Path

import psycopg
import pytest
import requests

from ingest_api.stats.database import MAX_QUESTIONS, UnreachableError
from ingest_api.stats.database_pulse import DatabasePulse
from tests.server import RunningServer, wait_until


def test_health_and_database_health_answer(server: RunningServer) -> None:
    health = server.get("/health").json()
    assert health["ok"] is True
    assert health["version"] == metadata.version("minigem-telemetry")
    assert abs(health["ts"] - time.time() * 1000) < 60_000
    server.settle()
    found = server.wait_for(lambda: server.get("/dbhealth").json(), "an answer")
    assert found == {
        "enabled": True,
        "ok": True,
        "db": found["db"],
        "version": found["version"],
        "lag": {"events": 0, "seconds": 0},
        "overdue": {"files": 0},
        "tasks": found["tasks"],
    }
    assert found["db"].startswith("test_")
    assert re.match(r"PostgreSQL 18\.\d+ on ", found["version"])


def test_database_health_answers_while_stats_wait(database: str, tmp_path: Path) -> None:
    with RunningServer(database, tmp_path / "data", WEB_CONCURRENCY="1") as server:
        server.settle()
        with (
            psycopg.connect(database) as other,
            psycopg.connect(database, autocommit=True) as watching,
            ThreadPoolExecutor(MAX_QUESTIONS) as threads,
        ):
            other.execute("lock table telemetry.days in access exclusive mode")
            waiting = [
                threads.submit(requests.get, f"{server.url}/stats", timeout=60)
                for _ in range(MAX_QUESTIONS)
            ]
            held = "select from pg_stat_activity where wait_event_type = 'Lock'"
            wait_until(lambda: len(watching.execute(held).fetchall()) >= MAX_QUESTIONS, "the locks")
            for _ in range(5):
                began = time.monotonic()
                assert server.get("/dbhealth").status_code == 200
                assert time.monotonic() - began < 1
            other.rollback()
            assert {question.result().status_code for question in waiting} == {200}


def test_parallel_health_requests_share_an_answer(
    connection: psycopg.Connection, database: str
) -> None:
    pulse = DatabasePulse(database)
    assert pulse.describe().name == connection.info.dbname
    with ThreadPoolExecutor(50) as threads:
        answers = [threads.submit(pulse.describe) for _ in range(200)]
        assert len({answer.result() for answer in answers}) == 1
    count = "select count(*) from pg_stat_activity where datname = current_database()"
    assert connection.execute(count).fetchone() == (2,)
    pulse.close()


def test_a_database_that_hangs_holds_up_health_once(database: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes connections, says nothing
        pulse = DatabasePulse(f"host=127.0.0.1 port={silent.getsockname()[1]} connect_timeout=5")
        times = []
        for _ in range(3):
            began = time.monotonic()
            with pytest.raises(UnreachableError):
                pulse.describe()
            times.append(time.monotonic() - began)
        assert times[0] < 2
        pulse.close()
