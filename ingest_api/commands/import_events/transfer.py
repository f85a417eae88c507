"""Turn rows into log lines, batch by batch: while one is loaded, the next is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Final

from ingest_api.commands.import_events.rejected_rows import RejectedRows
from ingest_api.commands.import_events.rows import Converter, RejectedRowError
from ingest_api.commands.import_events.stored import StoredConverter
from ingest_api.loading.loader import MAX_LOAD_BYTES

# a batch is loaded in one transaction; the last line that it adds fits into the remaining tenth
BATCH_BYTES: Final = MAX_LOAD_BYTES * 9 // 10

# the lines that the database refused: `reason`, `line`
Refused = list[dict[str, Any]]


def transfer(
    rows: Iterable[bytes],
    converter: Converter | StoredConverter,
    rejected: RejectedRows,
    store: Callable[[bytes], Refused],
    advance: Callable[[int], object],
    batch_bytes: int = BATCH_BYTES,
) -> None:
    """Convert and store all rows; call `advance` with the number of rows done since the last call.

    `store` runs in a separate thread, one call at a time. At most two batches are in memory.
    """

    def finish(storing: Future[Refused], rows: int) -> None:
        for refused in storing.result():
            rejected.add(refused["reason"], {"line": refused["line"]})
        rejected.flush()
        advance(rows)

    with ThreadPoolExecutor(1, "store") as thread:
        last: tuple[Future[Refused], int] | None = None
        for lines, count in batches(rows, converter, rejected, batch_bytes):
            if last is not None:
                finish(*last)
            last = thread.submit(store, lines), count
        if last is not None:
            finish(*last)


def batches(
    rows: Iterable[bytes],
    converter: Converter | StoredConverter,
    rejected: RejectedRows,
    max_bytes: int,
) -> Iterator[tuple[bytes, int]]:
    """Yield about `max_bytes` of lines at a time, with their number of rows, rejected included."""
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
