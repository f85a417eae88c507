"""The loader amid locks, dumps, other servers, damaged files: it waits, reports and continues."""

from __future__ import annotations

import threading
import time

import psycopg
import pytest

from tests.ingest_api.loading.test_loader import Log, log, one, rows
from tests.server import event, wait_until

__all__ = ["log", "rows"]


def test_a_dump_of_the_database_does_not_hold_up_a_new_months_events(
    log: Log, rows: psycopg.Connection, database: str
) -> None:
    log.write(event(t="1990-12-31"))
    log.load()
    long_ago = time.time() - 86_400 * 70
    with psycopg.connect(database) as dump:
        dump.execute("lock table telemetry.events in access share mode")
        log.write(event(t=long_ago))
        log.load()
        assert one(rows, "select count(*) from telemetry.events_odd") == 2
    log.write(event(t=long_ago + 1))
    log.load()
    assert one(rows, "select count(*) from telemetry.events_odd") == 1
    assert one(rows, "select sum(events) from telemetry.days") == 3


def test_an_event_is_kept_whose_partition_another_server_makes_meanwhile(
    log: Log, rows: psycopg.Connection, database: str
) -> None:
    log.write(event())
    log.load()
    log.write(event(t="1991-05-09T12:00:00Z"))
    loading = threading.Thread(target=log.load)
    with psycopg.connect(database) as other:
        other.execute("select telemetry.ensure_partition('1991-05-01')")
        loading.start()
        waiting = (
            "select count(*) from pg_locks where not granted and database ="
            " (select oid from pg_database where datname = current_database())"
            " and relation = 'telemetry.events_odd'::regclass"
        )
        wait_until(lambda: one(rows, waiting), "the loader to wait with its insert")
    loading.join()
    assert one(rows, "select count(*) from telemetry.events_1991_05") == 1
    assert log.meters.total("rejected_events") == 0


def test_the_lag_grows_while_a_load_waits_for_the_database(log: Log, database: str) -> None:
    log.load()
    thread = threading.Thread(target=log.loader.run, args=(stop := threading.Event(),))
    with psycopg.connect(database) as other:
        other.execute("lock table telemetry.events in access exclusive mode")
        thread.start()
        for _ in range(3):
            log.write(event())
            log.meters.count_ingest(1, [])

        def lag() -> tuple[int, bool]:
            log.loader.lag.estimate()
            return log.meters.total("waiting_events"), log.meters.total("lag_seconds") > 0

        wait_until(lambda: lag() == (3, True), "the lag")
    wait_until(lambda: log.meters.total("waiting_events") == 0, "all loaded")
    assert log.meters.total("lag_seconds") == 0
    assert log.meters.total("logged_events") == log.meters.total("loaded_events") == 3
    stop.set()
    thread.join()


def test_connections_that_are_cut_cost_nothing(log: Log, rows: psycopg.Connection) -> None:
    stop = threading.Event()
    thread = threading.Thread(target=log.loader.run, args=(stop,))
    thread.start()
    try:
        for _ in range(20):
            log.write(*(event() for _ in range(50)))
            rows.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = current_database() and pid <> pg_backend_pid()"
            )
        wait_until(lambda: log.meters.total("loaded_events") >= 1000, "all loaded")
    finally:
        stop.set()
        thread.join()
    assert one(rows, "select count(*) from telemetry.events") == 1000
    assert one(rows, "select events from telemetry.days") == 1000


@pytest.mark.parametrize("sqlstate", ["0A000", "42501", "42883"])
def test_a_database_that_refuses_to_load_is_not_called_gone(
    log: Log, rows: psycopg.Connection, caplog: pytest.LogCaptureFixture, sqlstate: str
) -> None:
    log.load()
    rows.execute(
        f"create function pg_temp.refuse() returns trigger language plpgsql as"
        f" $$ begin raise exception 'not here' using errcode = '{sqlstate}'; end $$"
    )
    rows.execute(
        "create trigger refuse before insert on telemetry.days execute function pg_temp.refuse()"
    )
    log.write(event())
    stop = threading.Event()
    thread = threading.Thread(target=log.loader.run, args=(stop,))
    thread.start()
    try:
        wait_until(lambda: "kept in the log" in caplog.text, "the warning")
        rows.execute("drop trigger refuse on telemetry.days")
        wait_until(lambda: log.meters.total("loaded_events") == 1, "the event")
    finally:
        stop.set()
        thread.join()
    assert "the database refuses to load; events are kept in the log: not here" in caplog.text
    assert "the database is unavailable" not in caplog.text
    assert log.meters.total("rejected_events") == 0


def test_a_removed_file_is_reported_and_the_rest_continues(
    log: Log, rows: psycopg.Connection, caplog: pytest.LogCaptureFixture
) -> None:
    log.load()
    log.write(event())
    log.writer.close()
    (path,) = log.folder.glob("*.jsonl")
    size = path.stat().st_size
    log.loader._log.scan()
    path.unlink()
    log.write(event())
    log.load()
    assert log.meters.total("lost_log_bytes") == size
    assert f"{path.name} was removed with {size} bytes not loaded" in caplog.text
    assert one(rows, "select count(*) from telemetry.events") == 1


def test_lines_that_were_removed_before_the_loader_saw_them_are_counted(
    log: Log, caplog: pytest.LogCaptureFixture
) -> None:
    log.write(event())
    log.load()
    (path,) = log.folder.glob("*.jsonl")
    loaded = path.stat().st_size
    log.write(event())
    lost = path.stat().st_size - loaded
    path.unlink()
    log.write(event())
    log.load()
    assert log.meters.total("lost_log_bytes") == lost
    assert f"{path.name} was removed with {lost} bytes not loaded" in caplog.text


def test_an_unreadable_file_is_reported_once_and_the_others_are_loaded(
    log: Log, rows: psycopg.Connection, caplog: pytest.LogCaptureFixture
) -> None:
    unreadable = log.folder / "events-20200101T000000Z-w1-000000000001.jsonl"
    unreadable.mkdir()
    for _ in range(3):
        log.write(event())
        log.load()
    assert one(rows, "select count(*) from telemetry.events") == 3
    (told,) = [message for message in caplog.messages if "can't read" in message]
    assert unreadable.name in told
    assert "database is unavailable" not in caplog.text


def test_after_a_backlog_loads_are_paced_again_although_events_go_on_coming(log: Log) -> None:
    log.write(*(event(m={"text": "x" * 1000}) for _ in range(10_000)))
    stop = threading.Event()

    def go_on() -> None:
        while not stop.wait(0.005):
            log.write(*(event() for _ in range(5)))

    senders = [threading.Thread(target=go_on) for _ in range(3)]
    loading = threading.Thread(target=log.loader.load_available)
    for thread in (*senders, loading):
        thread.start()
    loading.join(15)
    is_done = not loading.is_alive()
    stop.set()
    for thread in (*senders, loading):
        thread.join()
    assert is_done
