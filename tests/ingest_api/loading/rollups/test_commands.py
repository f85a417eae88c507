"""`minigem verify` and `rebuild`, as an operator uses them, beside a server."""

from __future__ import annotations

import contextlib
import random
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from tests.chaos.numbered import Numbered
from tests.chaos.sender import Sender
from tests.ingest_api.loading.rollups.filled import break_rollup, numbered_lines
from tests.ingest_api.loading.rollups.test_run_events import run
from tests.ingest_api.loading.test_rollups import load
from tests.server import RunningServer


def test_both_work_while_the_server_loads(server: RunningServer, database: str) -> None:
    sender = Sender([server.url], Numbered(int(time.time() * 1000)), pause=0.01)
    with sender, psycopg.connect(database, autocommit=True) as connection:
        sender.wait_for_more(200)
        days = "select count(*) from telemetry.days"  # not `settle`: there is always more to load
        server.wait_for(lambda: connection.execute(days).fetchone() == (4,), "four days")
        for _ in range(3):
            code, said, _ = run(server, "verify")
            assert (code, said) == (0, "The rollups of 4 days match the events.\n")
        break_rollup(connection, "hours", "update")
        break_rollup(connection, "visitors", "insert")
        code, said, _ = run(server, "verify")
        assert code == 1
        assert "hours: 1 changed; for example hour " in said
        assert "visitors: 1 too many; for example anon …000000 should not exist" in said
        assert said.endswith("2 differences in 4 days; `minigem rebuild` fixes them.\n")
        code, said, _ = run(server, "rebuild")
        assert (code, said) == (
            0, "The rollups of 4 days were rebuilt, and those of 1 visitors repaired.\n",
        )  # fmt: skip
        assert run(server, "verify")[0] == 0
    server.settle()
    assert run(server, "verify")[0] == 0


def test_an_interrupted_rebuild_says_how_to_go_on(
    server: RunningServer, database: str, tmp_path: Path
) -> None:
    load(database, tmp_path / "logs", numbered_lines(300), 300)
    with psycopg.connect(database, autocommit=True) as connection:
        days = [day for (day,) in connection.execute("select day from telemetry.days order by 1")]
        connection.execute("update telemetry.days set waits = 7 where day = %s", [days[0]])
    with psycopg.connect(database) as holder:
        holder.execute("update telemetry.days set events = events where day = %s", [days[1]])
        process = subprocess.Popen(
            [sys.executable, "-m", "ingest_api", "rebuild", "--to", str(days[2])],
            env=server.environ(), stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        waiting = (
            "select from pg_stat_activity where datname = current_database()"
            " and application_name = 'telemetry rebuild' and wait_event_type = 'Lock'"
        )
        with psycopg.connect(database, autocommit=True) as watcher:
            server.wait_for(
                lambda: watcher.execute(waiting).fetchone() is not None, "the second day"
            )
        process.send_signal(signal.SIGINT)
        told = process.communicate(timeout=60)[1]
    assert process.returncode == 130
    assert told.endswith(f"Continue with `minigem rebuild --from {days[1]} --to {days[2]}`.\n")
    assert run(server, "verify")[0] == 0  # the first day was mended


def test_killed_at_any_moment_it_leaves_no_day_half_made(
    server: RunningServer, database: str, tmp_path: Path
) -> None:
    load(database, tmp_path / "logs", numbered_lines(300), 300)
    chance = random.Random(2)
    for _ in range(4):
        process = subprocess.Popen(
            [sys.executable, "-m", "ingest_api", "rebuild"],
            env=server.environ(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(chance.uniform(0.5, 2))
        process.kill()
        process.wait()
        assert run(server, "verify")[0] == 0


def test_days_that_make_no_sense_are_named(server: RunningServer) -> None:
    code, _, said = run(server, "verify", "--from", "2026-02-01", "--to", "2026-01-01")
    assert (code, said) == (
        2, "Nothing was compared: --from 2026-02-01 is after --to 2026-01-01",
    )  # fmt: skip
    code, _, said = run(server, "rebuild", "--from", "yesterday")
    assert code == 2
    assert "'yesterday' is not a day, YYYY-MM-DD" in said
    code, _, said = run(server, "rebuild", "--run-events", "1 run")
    assert code == 2
    assert "should be the start of an event name" in said
    today = str(datetime.now(UTC).date())
    assert run(server, "verify", "--from", today, "--to", today)[0] == 0
