"""The whole server: its processes, folders and signals."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from sql.roles import INGEST
from tests.server import IGNORING_SIGINT, RunningServer, event, wait_until


def test_an_event_is_acknowledged_and_soon_in_the_stats(server: RunningServer) -> None:
    answer = server.session.post(f"{server.url}/t", json={"schema": "jwc.v1", **event()})
    assert (answer.status_code, answer.json()) == (200, {"ok": True, "accepted": 1, "skipped": 0})
    assert answer.headers["Content-Type"] == "application/json"
    server.settle()
    sent = time.monotonic()
    server.post(event(evt="second"))
    server.wait_for(lambda: server.get("/stats").json()["total"] == 2, "the event in /stats")
    assert time.monotonic() - sent < 5, "1 s on a quiet machine; more is a loader that sleeps"


def test_data_and_salt_are_private(server: RunningServer) -> None:
    assert server.data.stat().st_mode & 0o777 == 0o700
    assert (server.data / "logs").stat().st_mode & 0o777 == 0o700
    assert (server.data / "salt").stat().st_mode & 0o777 == 0o600


def test_data_beside_the_embedded_database_is_private_too(tmp_path: Path) -> None:
    with RunningServer(None, tmp_path / "data") as server:
        server.wait_for(lambda: server.get("/dbhealth").ok, "its database")
        modes = {
            name: (server.data / name).stat().st_mode & 0o777
            for name in (".", "logs", "salt", "postgres/cluster")
        }
        # started by root, PostgreSQL's user passes through, and reads nothing on the way
        passable = 0o710 if os.geteuid() == 0 else 0o700
        assert modes == {".": passable, "logs": 0o700, "salt": 0o600, "postgres/cluster": 0o700}
        others = [path for path in (server.data / "logs").iterdir() if path.stat().st_mode & 0o077]
        assert others == []


def test_an_embedded_database_that_dies_while_nobody_sends_is_started_again(
    tmp_path: Path,
) -> None:
    with RunningServer(None, tmp_path / "data") as server:
        server.wait_for(lambda: server.get("/dbhealth").ok, "its database")
        pid_file = server.data / "postgres" / "cluster" / "postmaster.pid"
        first = int(pid_file.read_text().split()[0])
        psutil.Process(first).kill()
        server.wait_for(
            lambda: pid_file.exists() and int(pid_file.read_text().split()[0]) != first,
            "another database server",
        )
        server.wait_for(lambda: server.get("/dbhealth").ok, "its answer")


def test_it_works_with_the_rights_of_the_loaders_role(database: str, tmp_path: Path) -> None:
    with psycopg.connect(database, autocommit=True) as owner:
        login = make_conninfo(database, user=INGEST)
        with RunningServer(login, tmp_path / "data") as server:
            server.post(event())
            server.settle()
            assert server.get("/stats").json()["total"] == 1
            view = "select events from telemetry.daily_activity"
            server.wait_for(lambda: owner.execute(view).fetchone() == (1,), "the view")
            assert server.stop() == 0
            assert "rights" not in server.log_text()
        months = "select from pg_class where relname ~ '^events_2' and relkind = 'r'"
        assert owner.execute(months).fetchone() is not None


def test_a_second_server_on_the_same_log_is_refused(server: RunningServer, database: str) -> None:
    second = RunningServer(database, server.data)
    with pytest.raises(AssertionError, match="another server uses the log"):
        second.start()


def test_a_worker_that_dies_has_a_successor(server: RunningServer) -> None:
    before = {worker.pid for worker in server.family()}
    for worker in server.family():
        worker.kill()
    wait_until(
        lambda: len({worker.pid for worker in server.family()} - before) == 2, "two new workers"
    )
    server.wait_for(server.is_answering, "an answer")
    assert server.post(event()).json()["accepted"] == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_loads_what_is_logged_and_leaves_nothing(
    server: RunningServer, database: str, number: signal.Signals
) -> None:
    server.settle()
    accepted = server.post(*(event() for _ in range(200))).json()["accepted"]
    began = time.monotonic()
    assert server.stop(number) == 0
    assert time.monotonic() - began < 10
    assert accepted == 200
    assert "stopped, 0 events wait in the log" in server.log_text()


def test_ctrl_c_stops_it_though_whoever_started_it_ignores_that(
    database: str, tmp_path: Path
) -> None:
    with RunningServer(database, tmp_path / "data", IGNORING_SIGINT) as server:
        assert server.stop(signal.SIGINT) == 0
        assert server.log_text().count("stopped, 0 events wait in the log") == 1


def test_ctrl_c_ends_a_start_too(tmp_path: Path) -> None:
    server = RunningServer(None, tmp_path / "data", IGNORING_SIGINT)
    server.data.mkdir(mode=0o700)
    salt = server.data / "salt"
    os.mkfifo(salt)  # whoever reads it waits

    def writing_end() -> int | None:
        with contextlib.suppress(OSError):  # nobody reads it yet
            return os.open(salt, os.O_WRONLY | os.O_NONBLOCK)
        return None

    process = subprocess.Popen(
        [*IGNORING_SIGINT, sys.executable, "-m", "ingest_api"],
        env=server.environ(), stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        end = wait_until(writing_end, "the salt being read")
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=10)
    finally:
        process.kill()
        process.communicate()
    os.close(end)
    assert process.returncode == 130
    assert said == "minigem-telemetry was stopped before it started serving\n"


def test_events_are_accepted_without_a_database_and_loaded_when_it_comes(
    cluster: str, tmp_path: Path
) -> None:
    with RunningServer("host=/nonexistent dbname=absent", tmp_path / "data") as server:
        answer = server.post(*(event(m={"n": n, "sessionId": "s"}) for n in range(150)))
        assert answer.json()["accepted"] == 150
        assert server.get("/health").status_code == 200
        began = time.monotonic()
        health = server.get("/dbhealth")
        assert time.monotonic() - began < 2.5
        assert (health.status_code, health.json()["ok"]) == (503, False)
        assert health.json()["reason"]
        stats = server.get("/stats")
        assert (stats.status_code, stats.json()["error"]) == (503, "db_unavailable")
        server.wait_for(
            lambda: server.get("/dbhealth").json()["lag"]["events"] == 150, "the lag to show"
        )
        server.stop()
        with psycopg.connect(cluster, autocommit=True) as connection:
            connection.execute("create database late")
        server.database = f"{cluster} dbname=late"
        server.start()
        server.settle()
        with psycopg.connect(server.database) as connection:
            rows = connection.execute("select (m->>'n')::int from telemetry.events").fetchall()
        assert sorted(rows) == [(n,) for n in range(150)]
        server.stop()
        with psycopg.connect(cluster, autocommit=True) as connection:
            connection.execute("drop database late with (force)")
