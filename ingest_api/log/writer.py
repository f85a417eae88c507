"""The write-ahead log, which is also the structured event log: one JSON object per line.

A separate thread writes and syncs, so callers that append need not wait for the disk. Lines that
are appended while the disk is busy share the next write and sync (group commit). Each file is
written by only one process, which keeps it locked as long as it has it open.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import math
import os
import secrets
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path
from queue import Empty, SimpleQueue

from ingest_api.durable_files import sync_folder, write_all
from ingest_api.metrics.meters import Meters

logger = logging.getLogger(__name__)

SUFFIX = ".jsonl"
# does not match the original server's logs, which may be in the same folder
LOG_FILES = f"events-*-w*-*{SUFFIX}"
NUMBER_BYTES = 6


class LogUnavailableError(Exception):
    """The lines are not on disk, and will not be loaded."""


_Append = tuple[bytes, Future[None]]  # empty bytes: close the file


class LogWriter:
    """Appends to its own files in `folder`; starts a new one each UTC day and at `max_bytes`."""

    def __init__(
        self, folder: Path, worker: int, max_bytes: int, clock: Callable[[], float], meters: Meters
    ) -> None:
        self._folder = folder
        self._worker = worker
        self._max_bytes = max_bytes
        self._clock = clock
        self._meters = meters
        self._fd: int | None = None
        self._path = folder
        self._number = 0
        self._inode = 0
        self._day = ""
        self._size = 0
        self._spoiled = False  # the file ends with lines that were refused
        self._failing = False
        self._busy_since = math.inf  # monotonic; inf: waiting for lines
        self._queue: SimpleQueue[_Append] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="log", daemon=True)
        self._thread.start()

    def submit(self, lines: bytes) -> Future[None]:
        """Queue whole lines to be written, each with its newline.

        The future is done when they are on disk. If writing failed, it raises LogUnavailableError,
        and the file ends before them.
        """
        synced: Future[None] = Future()
        self._queue.put((lines, synced))
        return synced

    def append(self, lines: bytes) -> None:
        """Write whole lines; return when they are on disk. Raises LogUnavailableError."""
        self.submit(lines).result()

    def close(self, seconds: float | None = None) -> None:
        """Close the current file after all queued lines; later lines go to a new file.

        Raises TimeoutError if that takes longer than `seconds`.
        """
        closed: Future[None] = Future()
        self._queue.put((b"", closed))
        closed.result(seconds)

    def is_stuck(self, seconds: float) -> bool:
        """Return whether a single write and sync has already taken longer than `seconds`."""
        return time.monotonic() - self._busy_since > seconds

    def _run(self) -> None:
        while True:
            group = [self._queue.get()]
            with contextlib.suppress(Empty):
                while True:
                    group.append(self._queue.get_nowait())
            self._busy_since = time.monotonic()
            if appends := [append for append in group if append[0]]:
                self._commit(appends)
            for lines, closed in group:
                if not lines:
                    self._let_go()
                    closed.set_result(None)
            self._busy_since = math.inf

    def _let_go(self) -> None:
        if self._fd is not None and self._spoiled:
            with contextlib.suppress(OSError):
                self._cut_back(self._fd)
        self._close()

    def _commit(self, appends: list[_Append]) -> None:
        """Write and sync all lines together, and resolve their futures."""
        try:
            self._add(b"".join([lines for lines, _ in appends]))
        except Exception as error:
            self._note(error)
            failure = LogUnavailableError(getattr(error, "strerror", None) or repr(error))
            failure.__cause__ = error
            for _, synced in appends:
                synced.set_exception(failure)
        else:
            self._note(None)
            for _, synced in appends:
                synced.set_result(None)

    def _add(self, content: bytes) -> None:
        while not self._write(content):
            logger.error(
                "%s was removed while it was being written, with %d bytes; starting a new file",
                self._path,
                self._size,
            )
            self._meters.set("removed_synced", self._size)
            self._meters.set("removed_file", self._number)
            self._close()
        self._size += len(content)
        self._meters.set("log_synced", self._size)

    def _write(self, content: bytes) -> bool:
        """Write lines to disk; return False if the file was removed."""
        fd = self._current_file()
        try:
            write_all(fd, content)
            os.fdatasync(fd)
            return self._path.stat().st_ino == self._inode
        except FileNotFoundError:
            return False
        except Exception:
            self._spoiled = True
            with contextlib.suppress(OSError):
                self._cut_back(fd)
            raise

    def _cut_back(self, fd: int) -> None:
        """Remove refused lines from the file, and close it. Raises OSError if that fails.

        Until it succeeds, the file stays locked, so that the loader does not load those lines.
        The next lines go to a new file: what a failed sync left of this one is unknown.
        """
        if self._size:
            os.ftruncate(fd, self._size)
            os.fdatasync(fd)  # or a power loss might bring them back
        else:
            self._path.unlink(missing_ok=True)
            sync_folder(self._folder)
        self._close()
        self._spoiled = False

    def _note(self, error: Exception | None) -> None:
        """Log once that the log can't be written, and once that it can again."""
        if error is not None and not self._failing:
            logger.error("can't write the log in %s, events are refused: %s", self._folder, error)
        elif error is None and self._failing:
            logger.warning("the log is writable again")
        self._failing = error is not None

    def _current_file(self) -> int:
        day = datetime.fromtimestamp(self._clock(), UTC).strftime("%Y%m%d")
        if self._fd is not None and self._spoiled:
            self._cut_back(self._fd)
        if self._fd is not None and (day != self._day or self._size >= self._max_bytes):
            self._close()
        if self._fd is None:
            self._number = number = secrets.randbits(8 * NUMBER_BYTES) | 1
            self._fd = self._create(number)
            self._day = day
            self._size = 0
            self._meters.set("log_synced", 0)
            self._meters.set("log_file", number)
        return self._fd

    def _create(self, number: int) -> int:
        time = datetime.fromtimestamp(self._clock(), UTC).strftime("%Y%m%dT%H%M%SZ")
        self._path = self._folder / f"events-{time}-w{self._worker}-{number:012x}{SUFFIX}"
        fd = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX)
            sync_folder(self._folder)
            self._inode = os.fstat(fd).st_ino
        except OSError:
            os.close(fd)
            raise
        return fd

    def _close(self) -> None:
        fd, self._fd = self._fd, None
        if fd is not None:
            with contextlib.suppress(OSError):  # its content is already synced
                os.close(fd)
