"""Names that a day refused are refused again when its rollups are recomputed."""

from __future__ import annotations

import random
import time
from pathlib import Path

import msgspec
import psycopg

from ingest_api.events.contract import LogLine
from ingest_api.loading.loader import Loader
from ingest_api.loading.rollups.rebuilding import Rebuild
from ingest_api.log.writer import LogWriter
from ingest_api.metrics.meters import Meters
from tests.applications import application
from tests.ingest_api.commands.forget.tables import contents, differing
from tests.ingest_api.loading.rollups.filled import numbered_lines, rebuilt
from tests.ingest_api.loading.test_rollups import load
from tests.rollups import all_differences


def test_names_that_were_refused_stay_so(database: str, tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    meters = Meters.create(2)
    writer = LogWriter(folder, 1, 10**8, time.time, Meters(meters.fd, 1))
    loader = Loader(application(database, folder), "java.run", meters, max_values=2)
    lines = numbered_lines(600)
    random.Random(3).shuffle(lines)
    for start in range(0, len(lines), 60):
        writer.append(msgspec.json.Encoder().encode_lines(lines[start : start + 60]))
        while loader.load_available():
            pass
    loader.close()
    writer.close()
    with psycopg.connect(database, autocommit=True) as connection:
        others = "select from telemetry.day_values where value = '(other)'"
        assert len(connection.execute(others).fetchall()) > 5
        before = contents(connection)
        assert all_differences(connection) == []
        rebuilt(connection)
        assert differing(contents(connection), before) == []


def test_another_prefix_has_names_of_its_own(database: str, tmp_path: Path) -> None:
    now = int(time.time() * 1000)
    lines = [
        LogLine(
            n, now, f"{n:032}", f"{prefix}.{kind}", "o", "1", "1", now,
            exit_code=code if kind == "completed" else None,
            out_bytes_bucket=f"{prefix} {code}" if kind == "completed" else None,
            exception_hash=f"{prefix} {code}" if kind == "error" else None,
        )
        for n, (prefix, kind, code) in enumerate(
            (prefix, kind, first + more)
            for prefix, first in (("java.run", 1), ("app.run", 11))
            for kind in ("completed", "error")
            for more in range(3)
        )
    ]  # fmt: skip
    load(database, tmp_path / "logs", lines, 3, most=2)
    taken = (
        "select dimension, value from telemetry.day_values"
        " where dimension in ('exit', 'output', 'exception') order by 1, 2"
    )
    with psycopg.connect(database, autocommit=True) as connection:
        closed = "select count(*) from telemetry.day_names where value = '(other)'"
        assert connection.execute(closed).fetchone() == (4,)  # and `evt`
        work = Rebuild(connection, "app.run", max_values=2)
        for day in work.days:
            work.make_day(day)
        work.repair_visitors()
        # exit 0, which needs no place in the list, has one of the two
        assert connection.execute(taken).fetchall() == [
            ("exception", "(other)"), ("exception", "app.run 11"), ("exception", "app.run 12"),
            ("exit", "(other)"), ("exit", "11"),
            ("output", "(other)"), ("output", "app.run 11"), ("output", "app.run 12"),
        ]  # fmt: skip
        assert all_differences(connection) == []


def test_names_can_be_chosen_anew_by_their_number_of_events(database: str, tmp_path: Path) -> None:
    now = int(time.time() * 1000)

    def lines(names: list[str]) -> list[LogLine]:
        return [
            LogLine(n, now, f"{n:032}", name, "o", "1", "1", now)
            for n, name in enumerate(names, start=1000 * len(names))
        ]

    load(database, tmp_path / "made up", lines(["a", "b"]), 2, most=2)
    load(
        database, tmp_path / "own", lines(["editor.opened"] * 5 + ["editor.closed"] * 4), 9, most=2
    )
    kept = "select value, events from telemetry.day_values where dimension = 'evt' order by 1"
    with psycopg.connect(database, autocommit=True) as connection:
        assert connection.execute(kept).fetchall() == [("(other)", 9), ("a", 1), ("b", 1)]
        work = Rebuild(connection, max_values=2, names=True)
        for day in work.days:
            work.make_day(day)
        work.repair_visitors()
        assert connection.execute(kept).fetchall() == [
            *(("(other)", 2), ("editor.closed", 4), ("editor.opened", 5)),
        ]
        assert all_differences(connection) == []
