"""The parts of an answer of `/stats` that two connections count are of one moment, and add up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import psycopg

from ingest_api.events.contract import LogLine
from ingest_api.stats.answer import collect_stats
from tests.ingest_api.loading.test_rollups import load

NOW = datetime.now(UTC)
MS = int(NOW.timestamp() * 1000)


class Late(psycopg.Connection[Any]):
    """A connection that has things happen before it is asked for the first time."""

    before: list[Callable[[], None]]

    @contextmanager
    def pipeline(self) -> Iterator[psycopg.Pipeline]:
        while self.before:
            self.before.pop()()
        with super().pipeline() as pipeline:
            yield pipeline


def visitors(second: str) -> list[LogLine]:
    """Return an event of each of sixteen visitors, whose hashes differ in their first digit."""
    return [
        LogLine(1, MS, f"{n:x}{second}{n:030x}", "app.started", "Linux", "1.0.0", "1.90.0", MS)
        for n in range(16)
    ]


def test_an_event_that_is_loaded_meanwhile_is_in_no_part(
    connection: psycopg.Connection, database: str, tmp_path: Path
) -> None:
    load(database, tmp_path / "first", visitors("a"), 16)
    collect = partial(collect_stats, connection, NOW.date(), NOW.date(), NOW)
    alone = collect()
    with Late.connect(database, autocommit=True) as second:
        second.before = [lambda: load(database, tmp_path / "second", visitors("b"), 16)]
        meanwhile = collect(beside=lambda: nullcontext(second))
        assert not second.before
        assert meanwhile == alone
        afterwards = collect(beside=lambda: nullcontext(second))
    assert (afterwards["total"], afterwards["uniques"]) == (32, 32)
    assert afterwards == collect()
    assert sum(afterwards["hourlyVisitors"]) == 32
    assert afterwards["geo"]["byCountry"] == {"Unknown": {"hits": 32, "visitors": 32}}
