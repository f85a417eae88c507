"""Counters only grow, and add up, whatever happens to the log and the database."""

from __future__ import annotations

import psycopg
import pytest

from ingest_api.metrics.meters import COUNTERS
from tests.ingest_api.loading.test_loader import Log, log, rows
from tests.server import event

__all__ = ["log", "rows"]


class Counters:
    """The counters of a log, which are looked at after each step."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self.last = dict.fromkeys(COUNTERS, 0)

    def check(self) -> dict[str, int]:
        """Return the counters, once none has gone down and they add up."""
        self.log.loader.lag.measure(database_up=True)
        return self.look()

    def look(self) -> dict[str, int]:
        """Do the same with what the last measure, or estimate, has shown."""
        total = self.log.meters.total
        found = {name: total(name) for name in COUNTERS}
        assert {name for name in COUNTERS if found[name] < self.last[name]} == set()
        assert found["logged_events"] - found["withdrawn_events"] == (
            found["loaded_events"] + total("waiting_events") + found["rejected_events"]
        )
        self.last = found
        return found


@pytest.fixture
def counters(log: Log) -> Counters:
    log.load()
    return Counters(log)


def test_what_a_database_lost_is_logged_again(
    log: Log, counters: Counters, rows: psycopg.Connection
) -> None:
    for _ in range(3):
        log.write(event(), event())
        log.load()
        counters.check()
    # as a crash does that takes the last commits along
    rows.execute("update telemetry.log_files set position = 0")
    log.loader.close()
    log.loader._log.scan()
    log.loader._connect()
    found = counters.check()
    assert (found["loaded_events"], found["reloaded_events"]) == (6, 6)
    assert log.meters.total("waiting_events") == 6
    log.load()
    found = counters.check()
    assert (found["logged_events"], found["loaded_events"]) == (12, 12)
    assert (found["duplicate_events"], found["withdrawn_events"]) == (6, 0)


def test_a_commit_whose_answer_was_lost_is_counted(
    log: Log, counters: Counters, rows: psycopg.Connection
) -> None:
    log.write(event(), event())
    log.loader._log.scan()
    counters.check()
    (path,) = log.folder.glob("*.jsonl")
    rows.execute(
        "insert into telemetry.log_files (server, name, position, loaded, rejected)"
        " values (%s, %s, %s, 2, 0)",
        [log.loader._server, path.name, path.stat().st_size],
    )
    log.loader.close()
    log.load()
    assert counters.check()["loaded_events"] == 2


def test_lines_of_a_removed_file_are_withdrawn(log: Log, counters: Counters) -> None:
    log.write(event(), event(), event())
    log.loader._log.scan()
    log.writer.close()
    assert counters.check()["logged_events"] == 3
    (path,) = log.folder.glob("*.jsonl")
    path.unlink()
    log.load()
    found = counters.check()
    assert (found["logged_events"], found["withdrawn_events"]) == (3, 3)
    log.write(event())
    log.load()
    found = counters.check()
    assert (found["logged_events"], found["loaded_events"]) == (4, 1)


def test_rejected_and_blank_lines_add_up(log: Log, counters: Counters) -> None:
    log.write(event(), event())
    log.writer.append(b'{"t":"x"}\n' + b" " * 80 + b"\n")
    log.loader._log.scan()
    counters.check()
    log.load()
    found = counters.check()
    assert (found["logged_events"], found["loaded_events"]) == (4, 3)
    assert (found["rejected_events"], found["forgotten_events"]) == (1, 1)


def test_an_estimate_that_was_too_high_is_withdrawn(
    log: Log, counters: Counters, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest_api.log.lag.LATE_SECONDS", 0.0)
    counters.check()
    log.meters.count_ingest(5, [])
    log.loader.lag.estimate()
    assert counters.look()["logged_events"] == 5
    assert log.meters.total("waiting_events") == 5
    found = counters.check()
    assert (found["logged_events"], found["withdrawn_events"]) == (5, 5)
    assert log.meters.total("waiting_events") == 0
