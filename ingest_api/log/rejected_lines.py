"""Set aside lines that the database can't store, with the reason."""

from __future__ import annotations

import json
import os
from pathlib import Path

from ingest_api.durable_files import sync_folder
from ingest_api.log.folder import Chunk


def keep_rejected(folder: Path, line: Chunk, reason: str) -> None:
    """Write a rejected line, a chunk of its own, to the log folder's `rejected` subfolder."""
    rejected = folder / "rejected"
    rejected.mkdir(mode=0o700, exist_ok=True)
    record = {
        "file": line.name,
        "position": line.start,
        "reason": reason,
        "line": line.content.decode(errors="backslashreplace").rstrip("\n"),
    }
    with (rejected / line.name).open("a", encoding="utf-8") as file:
        file.write(json.dumps(record) + "\n")
        file.flush()
        os.fsync(file.fileno())
    sync_folder(rejected)
