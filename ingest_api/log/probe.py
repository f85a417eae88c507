"""Whether lines can be put on the log's disk now, tried on a scratch file beside the log."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from ingest_api.shared_question import SharedQuestion

SECONDS: Final = 1.5
FRESH_SECONDS: Final = 1.0
# more than the lines of any body: a disk that has no room for these is full
PROBE_BYTES: Final = 256 << 10


class LogProbe:
    """One worker's. It tries the disk when asked, once a second at most."""

    def __init__(self, folder: Path, worker: int) -> None:
        self._path = folder / f".probe-w{worker}"
        self._question = SharedQuestion(self._write, "log probe", SECONDS, FRESH_SECONDS)

    def check(self) -> None:
        """Return if lines can be written and synced within 1.5 s.

        Raises OSError if they can't be; TimeoutError, which is one too, if the disk stalls.
        """
        self._question.answer()

    def _write(self) -> None:
        try:
            # a new file each time: one that has its room already could be written on a full disk
            fd = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            try:
                if os.write(fd, bytes(PROBE_BYTES)) < PROBE_BYTES:
                    raise OSError("there is no room for more lines")
                os.fdatasync(fd)
            finally:
                os.close(fd)
        finally:
            self._path.unlink(missing_ok=True)
