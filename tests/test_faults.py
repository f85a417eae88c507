"""What is acknowledged is stored once, whoever is killed on the way."""

from __future__ import annotations

import contextlib
import random
import threading
import time
from pathlib import Path

import psutil
import psycopg
import requests

from sql import embedded
from tests.server import RunningServer, event, wait_until


class Sender:
    """Sends numbered events on several connections, and keeps what was acknowledged."""

    def __init__(self, url: str, threads: int = 4) -> None:
        self.acknowledged: set[int] = set()
        self._url = url
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._next = 0
        self._threads = [threading.Thread(target=self._run, args=(n,)) for n in range(threads)]

    def __enter__(self) -> Sender:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def wait_for_more(self, count: int = 50) -> None:
        """Wait until some more events are acknowledged."""
        goal = len(self.acknowledged) + count
        wait_until(lambda: len(self.acknowledged) >= goal, "acknowledged events")

    def _run(self, seed: int) -> None:
        sizes = random.Random(seed)
        session = requests.Session()
        while not self._stop.is_set():
            with self._lock:
                first = self._next
                self._next += sizes.choice([1, 1, 1, 20])
                numbers = range(first, self._next)
            events = [
                event(anon=f"v{n % 50}", m={"n": n, "sessionId": f"s{n % 70}"}) for n in numbers
            ]
            with contextlib.suppress(requests.RequestException):
                answer = session.post(
                    f"{self._url}/t", json={"schema": "jwc.v1", "batch": events}, timeout=10
                )
                if answer.ok and answer.json()["accepted"] == len(events):
                    with self._lock:
                        self.acknowledged.update(numbers)
        session.close()


def assert_each_stored_once(database: str, acknowledged: set[int]) -> None:
    """Compare what was acknowledged with the events, and the events with the rollups."""
    with psycopg.connect(database) as connection:
        stored = [
            row[0] for row in connection.execute("select (m->>'n')::int from telemetry.events")
        ]
        assert len(acknowledged) > 100
        assert acknowledged - set(stored) == set(), "acknowledged but missing"
        assert len(stored) == len(set(stored)), "stored twice"
        for rollup in ("days", "hours", "visitor_days", "session_days"):
            total = connection.execute(
                f"select sum(events)::int from telemetry.{rollup}".encode()
            ).fetchone()
            assert total == (len(stored),), f"{rollup} differs from the events"


def kill(process: psutil.Process) -> None:
    """Kill -9, and wait until it is gone."""
    with contextlib.suppress(psutil.NoSuchProcess):
        process.kill()
        process.wait(10)


def test_a_killed_database_loses_and_doubles_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "own"
    with RunningServer(None, folder) as server:
        server.wait_for(lambda: server.get("/dbhealth").ok, "the embedded database")
        with embedded.start(folder / "postgres") as lease:
            with Sender(server.url) as sender:
                for _ in range(3):
                    sender.wait_for_more()
                    kill(postmaster(folder / "postgres"))
                    sender.wait_for_more()
                    server.wait_for(lambda: server.get("/dbhealth").ok, "the database again")
                sender.wait_for_more()
            server.settle()
            assert_each_stored_once(lease.url, sender.acknowledged)
        assert "the database is gone" in server.log_text()


def postmaster(folder: Path) -> psutil.Process:
    """Return the main process of a folder's PostgreSQL."""
    return psutil.Process(int((folder / "cluster" / "postmaster.pid").read_text().split()[0]))


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
        assert_each_stored_once(server.database, set(range(150)))
        server.stop()
        with psycopg.connect(cluster, autocommit=True) as connection:
            connection.execute("drop database late with (force)")


def test_two_servers_started_at_once_share_a_database(database: str, tmp_path: Path) -> None:
    servers = [RunningServer(database, tmp_path / name) for name in ("one", "two")]
    threads = [threading.Thread(target=server.start) for server in servers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    try:
        for start, server in enumerate(servers):
            numbers = range(start * 100, start * 100 + 100)
            server.post(*(event(anon=f"v{n % 9}", m={"n": n, "sessionId": "s"}) for n in numbers))
        for server in servers:
            server.settle()
        assert_each_stored_once(database, set(range(200)))
    finally:
        for server in servers:
            server.stop()
