"""Files and folders that outlast a loss of power, and locks on them that end with their holder."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import IO, Any


def sync_folder(folder: Path) -> None:
    """Put a folder's list of files on disk: without its name, a new file's lines are lost."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def write_whole(path: Path, text: str) -> None:
    """Put a small file on disk, whole or not at all."""
    draft = path.with_name(path.name + ".new")
    with draft.open("w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
    sync_folder(path.parent)


def write_all(fd: int, content: bytes) -> None:
    """Write all of it, however little each call takes."""
    view = memoryview(content)
    while view:
        view = view[os.write(fd, view) :]


def take(fd: int) -> bool:
    """Lock an open file or folder until it is closed; return whether nobody else has."""
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def is_taken(file: IO[Any]) -> bool:
    """Return whether somebody has taken a file; if not, nobody can until it is closed here."""
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False
