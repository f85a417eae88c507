"""Check that the log's disk is writable, with a scratch file next to the log."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from ingest_api.shared_question import SharedQuestion

SECONDS: Final = 1.5
FRESH_SECONDS: Final = 1.0
# more than the lines of any body: a disk without space for these is full
PROBE_BYTES: Final = 256 << 10


class LogProbe:
    """One worker's probe. It tries the disk on demand, at most once a second."""

    def __init__(self, folder: Path, worker: int) -> None:
        self._path = folder / f".probe-w{worker}"
        self._question = SharedQuestion(self._write, "log probe", SECONDS, FRESH_SECONDS)

    def check(self) -> None:
        """Return if lines can be written and synced within 1.5 s.

        Raises OSError if not; its subclass TimeoutError if the disk stalls.
        """
        self._question.answer()

    def _write(self) -> None:
        try:
            # a new file each time: overwriting an allocated one could succeed on a full disk
            fd = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            try:
                if os.write(fd, bytes(PROBE_BYTES)) < PROBE_BYTES:
                    raise OSError("the disk is full")
                os.fdatasync(fd)
            finally:
                os.close(fd)
        finally:
            self._path.unlink(missing_ok=True)
