"""Lines that the database can't hold: set aside, with the reason."""

from __future__ import annotations

import json
import os
from pathlib import Path

from ingest_api.durable_files import sync_folder
from ingest_api.log.folder import Chunk


def keep_rejected(folder: Path, line: Chunk, reason: str) -> None:
    """Put a line of a log folder, which a chunk consists of, on disk in its folder `rejected`."""
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
