"""The file of the rows that can't become events."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path
from typing import IO, Any


class RejectedRows:
    """Rejected rows with their reasons, one JSON object per line; created at the first row."""

    def __init__(self, path: Path | None) -> None:
        """Write to `path`; if None, only count."""
        self.path = path
        self.reasons: Counter[str] = Counter()
        self._file: IO[str] | None = None

    def add(self, code: str, row: dict[str, Any]) -> None:
        """Write a row and count it. Raises OSError if it can't be written."""
        self.reasons[code] += 1
        if self.path is None:
            return
        if self._file is None:
            fd = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            self._file = os.fdopen(fd, "w", encoding="utf-8")
        # as ASCII: a row may hold lone surrogates, which UTF-8 can't encode
        self._file.write(json.dumps({"reason": code, "row": row}) + "\n")

    def flush(self) -> None:
        """Sync what was written to disk."""
        if self._file is not None:
            self._file.flush()
            os.fsync(self._file.fileno())

    def close(self) -> None:
        """Sync what was written to disk, and close the file."""
        if self._file is not None:
            self.flush()
            self._file.close()
            self._file = None
