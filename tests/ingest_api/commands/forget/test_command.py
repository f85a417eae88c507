"""`minigem forget`: nothing is left of a visitor, and nothing else is missing."""

from __future__ import annotations

import contextlib
import gzip
import random
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from ingest_api.events.anonymise import Anonymiser
from ingest_api.events.contract import LogLine
from ingest_api.loading.housekeeping import Housekeeper
from ingest_api.metrics.meters import Meters
from tests.applications import application
from tests.ingest_api.commands.forget.tables import rows
from tests.ingest_api.loading.test_rollups import PLAIN, RECOMPUTED, load
from tests.server import RunningServer, event

ME = "me, by whatever name"
SALT = "a secret of the tests"
VISITOR = uuid.UUID(Anonymiser(SALT).visitor(ME))
DAY_MS = 86_400_000
WAITING_LOADER = """
    select count(*)::int from pg_stat_activity
    where datname = current_database() and application_name = 'telemetry loader'
      and wait_event_type = 'Lock'
"""


@pytest.fixture
def server(database: str, tmp_path: Path) -> Iterator[RunningServer]:
    with RunningServer(database, tmp_path / "data", LOG_FILE_MB="1", YEARLY_SALT=SALT) as running:
        yield running


def start(server: RunningServer, *arguments: str, **environ: str) -> subprocess.Popen[str]:
    """Start the command with the settings of a server."""
    return subprocess.Popen(
        [sys.executable, "-m", "ingest_api", "forget", *arguments],
        env={**server.environ(), **environ},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(server: RunningServer, *arguments: str, **environ: str) -> tuple[int, str, str]:
    """Run the command; return its exit code and what it said."""
    process = start(server, *arguments, **environ)
    said = process.communicate(input=f"{ME}\n", timeout=120)
    assert ME not in "".join(said)
    return process.returncode, *said


def send_some(server: RunningServer, anon: str, count: int = 40) -> None:
    """Send events of one visitor over some days, among them what each rollup counts."""
    now = int(time.time() * 1000)
    for kind in ("started", "completed", "error"):
        m = {"durationMs": 5, "exceptionHash": "e", "sessionId": f"{anon} {kind}"}
        server.post(
            *(event(anon=anon, evt=f"java.run.{kind}", t=now - n % 9 * DAY_MS, m={**m, "n": n})
              for n in range(count))
        )  # fmt: skip


class Others:
    """Visitors who go on sending."""

    def __init__(self, server: RunningServer) -> None:
        self.acknowledged = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(server,))

    def _run(self, server: RunningServer) -> None:
        while not self._stop.is_set():
            send_some(server, f"v{self.acknowledged % 7}", 20)
            self.acknowledged += 60

    def __enter__(self) -> Others:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()


def archive(server: RunningServer) -> None:
    """Compress the log, as the housekeeper does each minute."""
    server.stop()
    assert server.database is not None
    keeper = Housekeeper(application(server.database, server.data / "logs"), Meters.create(1), 30)
    keeper.make_round()
    assert list((server.data / "logs").glob("*.gz"))
    server.start()


def set_aside(server: RunningServer) -> None:
    """Give the loader a line of mine that it can't load."""
    path = server.data / "logs" / "events-20260101T000000Z-w9-00000000000b.jsonl"
    path.write_text(f'{{"anon":"{VISITOR.hex}","t":"never"}}\n')
    server.wait_for(lambda: server.metric("telemetry_rejected_events_total"), "the rejected line")


def assert_forgotten(server: RunningServer, others: int) -> None:
    """Look for me in every file and table, and for the others in the events and rollups."""
    for path in server.data.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            content = gzip.decompress(content) if path.suffix == ".gz" else content
            assert VISITOR.hex.encode() not in content, path
            assert ME.encode() not in content, path
    assert server.database is not None
    with psycopg.connect(server.database, autocommit=True) as connection:
        holders = connection.execute("select telemetry.tables_with('anon')").fetchall()
        assert len(holders) >= 5
        for (name,) in holders:
            query = f"select count(*) from telemetry.{name} where anon = '{VISITOR}'"
            assert rows(connection, query) == [(0,)], name
        assert rows(connection, "select count(*) from telemetry.events") == [(others,)]
        for table, query in RECOMPUTED.items():
            expected = rows(connection, PLAIN + query)
            assert rows(connection, f"select * from telemetry.{table}") == expected, table


def test_nothing_is_left_while_the_server_runs_and_nothing_comes_back(
    server: RunningServer, database: str
) -> None:
    send_some(server, ME)
    set_aside(server)
    server.settle()
    archive(server)
    send_some(server, ME)
    with Others(server) as others:
        code, told, warned = run(server, "--anon", ME)
    assert (code, warned) == (0, "")
    assert told.startswith(f"Student #{VISITOR.hex[-6:]}: removed\n")
    assert "from the database: 240 events of 9 days; rows: " in told
    assert "from the log: 120 lines, 121 in archives, 1 set aside" in told
    server.settle()
    assert_forgotten(server, others.acknowledged)
    assert run(server, "--anon", "-")[1] == (
        f"Student #{VISITOR.hex[-6:]}: this visitor has no data.\n"
    )
    # a database that starts anew is filled from the log
    server.stop()
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("drop schema telemetry cascade")
    server.start()
    server.settle()
    assert_forgotten(server, others.acknowledged)
    assert ME not in server.log_text()


def test_killed_at_any_moment_it_goes_on_when_repeated(server: RunningServer) -> None:
    chance = random.Random(5)
    send_some(server, ME, 90)
    server.settle()
    archive(server)
    send_some(server, ME, 90)
    began = time.monotonic()
    assert run(server, "--anon", ME, "--dry-run")[0] == 0
    usual = time.monotonic() - began
    with Others(server) as others:
        for _ in range(7):
            process = start(server, "--anon", ME)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(usual * chance.uniform(0.6, 1.6))
            process.kill()
            process.communicate()
        assert run(server, "--anon", ME)[0] == 0
    server.settle()
    assert_forgotten(server, others.acknowledged)


def test_lines_that_wait_for_the_database_are_not_loaded_later(
    server: RunningServer, database: str
) -> None:
    server.settle()
    with (
        psycopg.connect(database, autocommit=True) as connection,
        psycopg.connect(database) as holder,
    ):
        # the loader reads the lines, and waits to insert them
        holder.execute("lock table telemetry.events in exclusive mode")
        send_some(server, ME)
        server.wait_for(
            lambda: rows(connection, WAITING_LOADER) == [(1,)], "the loader to wait for the lock"
        )
        process = start(server, "--anon", ME)
        server.wait_for(
            lambda: VISITOR.hex not in "".join(
                path.read_text() for path in (server.data / "logs").glob("*.jsonl")
            ),
            "the lines to be blanked",
        )  # fmt: skip
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(1.5)  # the loader read the lines before
    process.communicate(timeout=60)
    assert process.returncode == 0
    server.settle()
    assert_forgotten(server, 0)


def test_without_a_server_it_works_too_and_says_beforehand_what_it_would_do(
    server: RunningServer,
) -> None:
    send_some(server, ME)
    send_some(server, "someone else")
    server.settle()
    server.stop()
    before = {path: path.read_bytes() for path in (server.data / "logs").glob("events*")}
    code, told, _ = run(server, "--anon", ME, "--dry-run")
    assert (code, told.partition("\n")[0]) == (0, f"Student #{VISITOR.hex[-6:]}: would be removed")
    assert {path: path.read_bytes() for path in before} == before
    named = run(server, "--visitor", f"Visitor {VISITOR.hex[-6:]}", "--dry-run")
    assert (named[0], named[1]) == (0, told)
    done = run(server, "--visitor", f"Student #{VISITOR.hex[-6:]}")
    assert (done[0], done[1]) == (0, told.replace("would be removed", "removed"))
    assert_forgotten(server, 120)


def test_an_ending_that_several_visitors_have_is_not_enough(
    database: str, tmp_path: Path, server: RunningServer
) -> None:
    anons = [f"{start}{'0' * 25}abc123" for start in ("1", "2")]
    now = int(time.time() * 1000)
    lines = [LogLine(1, now, anon, "e", "o", "x", "v", now) for anon in anons]
    load(database, tmp_path / "logs", lines, 2)
    code, _, told = run(server, "--visitor", "#abc123")
    assert code == 2
    assert "abc123 is ambiguous" in told
    assert all(str(uuid.UUID(anon)) in told for anon in anons)
    assert run(server, "--visitor", "abc124")[2].endswith(
        "no visitor's anonymised id ends with abc124\n"
    )
    assert run(server, "--visitor", "c123")[0] == 2
    code, said, warned = run(server, "--visitor", str(uuid.UUID(anons[0])))
    assert code == 0
    assert "1 events of 1 days" in said
    assert "of 1 other logs: repeat this" in warned


def test_the_api_s_commands_are_listed() -> None:
    command = [sys.executable, "-m", "ingest_api"]
    told = subprocess.run([*command, "--help"], capture_output=True, text=True, check=True).stdout
    for name in ("demo", "forget", "import", "rebuild", "verify"):
        assert f"\n  {name} " in told
        done = subprocess.run(
            [*command, name, "--help"], capture_output=True, text=True, check=True
        )
        assert f"usage: minigem {name}" in done.stdout
    wrong = subprocess.run([*command, "forgett"], capture_output=True, text=True, check=False)
    assert (wrong.returncode, wrong.stderr) == (2, told)
