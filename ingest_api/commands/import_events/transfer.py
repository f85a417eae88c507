"""Rows in, log lines out, helping by helping: while one is loaded, the next is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Final

from ingest_api.commands.import_events.rejected_rows import RejectedRows
from ingest_api.commands.import_events.rows import Converter, RejectedRowError
from ingest_api.commands.import_events.stored import StoredConverter
from ingest_api.loading.loader import MAX_LOAD_BYTES

# a helping is loaded in one transaction, and a line is far smaller than the rest
HELPING_BYTES: Final = MAX_LOAD_BYTES * 9 // 10

# what the database refused of some lines: `reason`, `line`
Refused = list[dict[str, Any]]


def transfer(
    rows: Iterable[bytes],
    converter: Converter | StoredConverter,
    rejected: RejectedRows,
    store: Callable[[bytes], Refused],
    advance: Callable[[int], object],
    helping_bytes: int = HELPING_BYTES,
) -> None:
    """Convert and store all rows; `advance` is told how many more are done.

    `store` runs in a thread of its own, one call at a time. Two helpings are in memory at most.
    """

    def finish(storing: Future[Refused], rows: int) -> None:
        for refused in storing.result():
            rejected.add(refused["reason"], {"line": refused["line"]})
        rejected.flush()
        advance(rows)

    with ThreadPoolExecutor(1, "store") as thread:
        last: tuple[Future[Refused], int] | None = None
        for lines, count in helpings(rows, converter, rejected, helping_bytes):
            if last is not None:
                finish(*last)
            last = thread.submit(store, lines), count
        if last is not None:
            finish(*last)


def helpings(
    rows: Iterable[bytes],
    converter: Converter | StoredConverter,
    rejected: RejectedRows,
    max_bytes: int,
) -> Iterator[tuple[bytes, int]]:
    """Yield lines, some `max_bytes` at a time, and of how many rows, the rejected among them."""
    lines: list[bytes] = []
    size = count = 0
    for row in rows:
        try:
            line = converter.line(row)
        except RejectedRowError as rejection:
            rejected.add(rejection.code, rejection.row)
        else:
            lines.append(line)
            size += len(line)
        count += 1
        if size >= max_bytes:
            yield b"".join(lines), count
            lines.clear()
            size = count = 0
    if count:
        yield b"".join(lines), count
