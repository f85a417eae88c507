"""The loader with a backlog, compared with a COPY of the same rows into a plain table."""

from __future__ import annotations

import shutil
import subprocess
import sys
from itertools import chain
from pathlib import Path

import msgspec
import psycopg

from bench.databases import ask, bench_statement
from bench.dataset import DAY_MS, LAST_DAY_MS, generate, write_log
from bench.errors import BenchError
from bench.figures import Figure, alternate
from bench.loading import Filling
from bench.site import Site

BACKLOG_DAYS = 2
FILE_EVENTS = 100_000
LONGEST_SECONDS = 1800
COPY = "plain COPY"


def measure_catch_up(site: Site) -> list[Figure]:
    """Fill a new database with each in turn."""
    count = site.scale.backlog_events
    folder, rows = site.folder / "backlog", site.folder / "backlog.rows"
    write_backlog(folder, count, site.scale.visitors)

    def load() -> Filling:
        site.tell(f"loader: {count:,} events")
        database = site.databases.empty("load")
        filling = fill("load", folder, database)
        check(database, "select sum(events) from telemetry.days", count)
        return filling

    def copy() -> Filling:
        site.tell(f"{COPY}: {count:,} events")
        database = site.databases.empty("copy")
        with psycopg.connect(database) as connection:
            connection.execute(bench_statement("copied"))
        filling = fill("copy", rows, database)
        check(database, "select count(*) from copied", count)
        return filling

    load()
    write_rows(site.databases.conninfo("scratch_load"), rows)
    copied, loaded = alternate(site.scale.rounds, copy, load)
    shutil.rmtree(folder)
    rows.unlink()
    return [
        Figure(
            "loader, catching up", "events", "/s", True, COPY,
            [count / filling.seconds for filling in loaded],
            [count / filling.seconds for filling in copied],
        ),
        Figure(
            "loader, catching up", "peak memory", "MB", False, COPY,
            [filling.peak_mb for filling in loaded],
            [filling.peak_mb for filling in copied],
        ),
    ]  # fmt: skip


def write_backlog(folder: Path, count: int, visitors: int) -> None:
    """Write a log of two days of events."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    first_ms = LAST_DAY_MS - BACKLOG_DAYS * DAY_MS
    lines = list(chain.from_iterable(generate(count, visitors, BACKLOG_DAYS, first_ms)))
    for first in range(0, count, FILE_EVENTS):
        write_log(folder, lines[first : first + FILE_EVENTS], first // FILE_EVENTS + 1)


def write_rows(database: str, path: Path) -> None:
    """Write a database's events as text for COPY."""
    with (
        psycopg.connect(database) as connection,
        connection.cursor().copy(bench_statement("copy_rows")) as copy,
        path.open("wb") as file,
    ):
        for piece in copy:
            file.write(piece)


def fill(way: str, source: Path, database: str) -> Filling:
    """Fill a database in a separate process. Raises BenchError if that fails."""
    command = [sys.executable, "-m", "bench.loading", way, str(source), database]
    done = subprocess.run(
        command, capture_output=True, timeout=LONGEST_SECONDS, process_group=0, check=False
    )
    if done.returncode:
        raise BenchError(f"{way} failed: {done.stderr.decode(errors='replace')[-1000:]}")
    return msgspec.json.decode(done.stdout, type=Filling)


def check(database: str, query: str, expected: int) -> None:
    """Raise BenchError unless a query returns the expected number of events."""
    found = ask(database, query)
    if found != expected:
        raise BenchError(f"{found} events instead of {expected}: {query}")
