"""Small disks in memory that can be filled, and other faults of files. Needs root on Linux."""

from __future__ import annotations

import errno
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

LARGEST_BYTES: Final = 1 << 30
BLOCKS: Final = (1 << 20, 1 << 12)


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """Mount a file system of the given size in MB on a new folder for the context."""
    folder.mkdir()
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0755", "tmpfs", folder], check=True
    )
    try:
        yield folder
    finally:
        # lazily: a process with an open file must not keep the mount alive
        subprocess.run(["umount", "--lazy", folder], check=True)


@contextmanager
def filled(disk: Path) -> Iterator[None]:
    """Fill a small disk for the context. Raises ValueError for any other folder."""
    room = os.statvfs(disk)
    if not disk.is_mount() or room.f_blocks * room.f_frsize > LARGEST_BYTES:
        raise ValueError(f"{disk} is not a small disk: filling it would harm others")
    path = disk / "filler"
    with path.open("wb", buffering=0) as file:
        for size in BLOCKS:
            try:
                while True:
                    file.write(bytes(size))
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise
    try:
        yield
    finally:
        path.unlink()


@contextmanager
def attribute(path: Path, letter: str) -> Iterator[None]:
    """Set one of chattr's attributes, which bind root too, for the context."""
    subprocess.run(["chattr", f"+{letter}", path], check=True)
    try:
        yield
    finally:
        subprocess.run(["chattr", f"-{letter}", path], check=True)


def overwrite(path: Path, offset: int, content: bytes) -> None:
    """Overwrite bytes in the middle of a file."""
    fd = os.open(path, os.O_WRONLY)
    try:
        os.pwrite(fd, content, offset)
    finally:
        os.close(fd)
