"""Wait until a running server has loaded all lines that it may already have read."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

import psycopg

from ingest_api.durable_files import is_taken
from ingest_api.failure import StoppedError
from ingest_api.log.folder import server_id
from sql.statements import statement

LOOK_SECONDS = 0.1
PATIENCE_SECONDS = 30.0


def wait_for_loader(
    connection: psycopg.Connection,
    folder: Path,
    ends: Mapping[str, int],
    patience_seconds: float = PATIENCE_SECONDS,
) -> None:
    """Return once each of a folder's files is loaded up to its end in `ends`, in bytes.

    If no server loads the folder, return immediately. Raises StoppedError if the server's loader
    makes no progress.
    """
    behind: dict[str, int] = {}
    deadline = time.monotonic() + patience_seconds
    while is_served(folder):
        before, behind = behind, _behind(connection, folder, ends)
        if not behind:
            return
        if behind != before:
            deadline = time.monotonic() + patience_seconds
        elif time.monotonic() > deadline:
            raise StoppedError(
                f"the server that writes its log in {folder} is not loading it; "
                "see its /dbhealth, or stop it"
            )
        time.sleep(LOOK_SECONDS)


def is_served(folder: Path) -> bool:
    """Return whether a server is using a log folder."""
    try:
        with (folder / ".lock").open() as lock:
            return is_taken(lock)
    except FileNotFoundError:
        return False


def _behind(
    connection: psycopg.Connection, folder: Path, ends: Mapping[str, int]
) -> dict[str, int]:
    """Return the positions in the files that are not loaded up to their ends."""
    rows = connection.execute(statement("load/positions"), {"server": server_id(folder)}).fetchall()
    positions: dict[str, int] = {name: position for name, position, _ in rows}
    behind = {}
    for name, end in ends.items():
        path = folder / name
        # the file may be loaded and compressed by now, or truncated after a failed write
        if path.exists() and positions.get(name, 0) < min(end, path.stat().st_size):
            behind[name] = positions.get(name, 0)
    return behind
