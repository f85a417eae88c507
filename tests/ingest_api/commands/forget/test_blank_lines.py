"""The loader takes a blanked line for nothing, however much of it was blank when it was read."""

from __future__ import annotations

import psycopg

from ingest_api.log.folder import Chunk
from tests.ingest_api.loading.test_loader import Log, log, one, rows
from tests.server import event

__all__ = ["log", "rows"]


def test_a_blank_line_is_nothing(log: Log, rows: psycopg.Connection) -> None:
    log.write(event(), event())
    log.writer.append(b" " * 200 + b"\n")
    log.write(event())
    log.load()
    assert one(rows, "select count(*) from telemetry.events") == 3
    assert one(rows, "select sum(loaded)::int from telemetry.log_files") == 4
    counted = ("loaded_events", "forgotten_events", "duplicate_events", "rejected_events")
    assert [log.meters.total(name) for name in counted] == [4, 1, 0, 0]


def test_a_line_that_was_read_half_blanked_is_read_again(
    log: Log, rows: psycopg.Connection
) -> None:
    log.load()
    log.write(event())
    log.writer.close()
    (path,) = log.folder.glob("*.jsonl")
    content = path.read_bytes()
    blank = b" " * (len(content) - 1) + b"\n"
    path.write_bytes(blank)
    log.loader._log.scan()
    half_blank = Chunk(path.name, 0, blank[:50] + content[50:])
    log.loader._load(log.loader._connect(), [half_blank])
    assert log.meters.total("forgotten_events") == 1
    assert log.meters.total("rejected_events") == 0
    assert not (log.folder / "rejected").exists()
    assert one(rows, "select position from telemetry.log_files") == len(content)
