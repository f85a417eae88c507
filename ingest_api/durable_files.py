"""Write files that survive a power loss, and lock them until the process ends."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import IO, Any


def sync_folder(folder: Path) -> None:
    """Sync a folder to disk: a power loss could otherwise lose a new file with its name."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def write_whole(path: Path, text: str) -> None:
    """Write a small file to disk, completely or not at all."""
    draft = path.with_name(path.name + ".new")
    with draft.open("w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
    sync_folder(path.parent)


def write_all(fd: int, content: bytes) -> None:
    """Write all of `content`, in as many calls as it takes."""
    view = memoryview(content)
    while view:
        view = view[os.write(fd, view) :]


def take(fd: int) -> bool:
    """Lock an open file or folder until it is closed; return False if it is already locked."""
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def is_taken(file: IO[Any]) -> bool:
    """Return whether another process has locked a file; if not, none can until it is closed."""
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False
