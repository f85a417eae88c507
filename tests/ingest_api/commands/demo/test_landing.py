"""The command ends when what it sent is in `/stats`, and says what is in the way."""

from __future__ import annotations

import os
from collections.abc import Iterable
from threading import Timer

import psycopg
import pytest

from ingest_api.commands.demo.command import main
from ingest_api.commands.demo.landing import PATIENCE_S, wait_until_loaded
from ingest_api.commands.demo.sender import DatabaseHealth, Lag, SendError
from tests.ingest_api.commands.demo.recording_server import RecordingServer, Reply
from tests.server import RunningServer

OPTIONS = ["--end", "2026-03-31", "--days", "20", "--events", "5000"]


class Waiting:
    """A wait on a clock of its own, and what the server says meanwhile; the last word stays."""

    def __init__(self, *said: DatabaseHealth | None) -> None:
        self.now = 0.0
        self.told: list[str] = []
        self._said: Iterable[DatabaseHealth | None] = iter(said)
        self._last: DatabaseHealth | None = None

    def run(self) -> float:
        """Wait; return how long."""
        wait_until_loaded(self._ask, self.told.append, lambda: self.now, self._pause)
        return self.now

    def _ask(self) -> DatabaseHealth | None:
        self._last = next(iter(self._said), self._last)
        return self._last

    def _pause(self, seconds: float) -> None:
        self.now += seconds


def health(events: int, seconds: int, ok: bool = True) -> DatabaseHealth:
    return DatabaseHealth(ok, Lag(events, seconds), "" if ok else "can't connect")


def test_it_ends_when_nothing_waits_but_not_before_the_lag_can_show_it() -> None:
    assert 2 <= Waiting(health(0, 0)).run() < 3


def test_it_waits_for_all_that_waits() -> None:
    waiting = Waiting(*[health(1000 - n, 99) for n in range(300)], health(0, 0))
    assert waiting.run() >= 60
    (line,) = waiting.told
    assert line.startswith("Waiting for 9")


def test_it_does_not_wait_for_what_others_send() -> None:
    assert 6 < Waiting(health(500, 3)).run() < 7


def test_an_unreachable_database_ends_the_wait_with_an_explanation() -> None:
    waiting = Waiting(health(5000, 100, ok=False))
    with pytest.raises(SendError, match="accepted and safe in the server's log, but the database"):
        waiting.run()
    assert PATIENCE_S <= waiting.now < PATIENCE_S + 5


def test_a_server_without_lag_is_not_waited_for() -> None:
    waiting = Waiting(None)
    assert waiting.run() == 0
    assert "shortly" in waiting.told[0]


def test_behind_a_proxy_without_it_the_command_ends_well(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with RecordingServer() as server:
        server.database_health = Reply(404, {}, b'{"error":"not_found"}')
        assert main([*OPTIONS, "--url", server.url], os.environ) == 0
    assert "/dbhealth is not reachable" in capsys.readouterr().err


def test_when_it_ends_everything_is_in_stats(server: RunningServer, database: str) -> None:
    server.settle()
    with psycopg.connect(database) as slow:
        slow.execute("lock table telemetry.events in share mode")  # no load goes on meanwhile
        release = Timer(4, slow.rollback)
        release.start()
        assert main([*OPTIONS, "--url", server.url], os.environ) == 0
        assert release.finished.is_set(), "it ended while its events still waited"
        release.join()
    assert server.get("/stats?from=2026-03-12&to=2026-03-31").json()["total"] == 5000
    # the same again is kept once, and ends too
    assert main([*OPTIONS, "--url", server.url], os.environ) == 0
