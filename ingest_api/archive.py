"""Compressed log files: kept for their time, and unpacked for a database that lacks them."""

from __future__ import annotations

import fcntl
import gzip
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from ingest_api.log import LOG_FILES, sync_folder

ARCHIVED_FILES = LOG_FILES + ".gz"
DRAFTS = "events-*-w*-*.new"


@contextmanager
def tidying(folder: Path) -> Iterator[None]:
    """Hold a log folder's files for a while: nobody else compresses, unpacks or rewrites any."""
    fd = os.open(folder / ".tidy", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        yield
    finally:
        os.close(fd)


def compress(path: Path) -> None:
    """Put a gzip file in the place of a log file, with its time; whole or not at all."""

    def pack(source: IO[bytes], target: IO[bytes]) -> None:
        with gzip.GzipFile(filename="", fileobj=target, mode="wb", mtime=0) as packed:
            shutil.copyfileobj(source, packed, 1 << 20)

    replace(path, path.with_name(path.name + ".gz"), pack)


def unpack(path: Path) -> None:
    """Put the log file in the place of its gzip file, with its time; whole or not at all."""

    def inflate(source: IO[bytes], target: IO[bytes]) -> None:
        with gzip.GzipFile(fileobj=source) as packed:
            shutil.copyfileobj(packed, target, 1 << 20)

    replace(path, path.with_name(path.name.removesuffix(".gz")), inflate)


def replace(source: Path, target: Path, convert: Callable[[IO[bytes], IO[bytes]], None]) -> None:
    """Put a converted file, with its time, in the place of a file, which it may be itself."""
    draft = target.with_name(target.name + ".new")
    try:
        with source.open("rb") as reading, draft.open("wb") as writing:
            os.fchmod(writing.fileno(), 0o600)
            convert(reading, writing)
            writing.flush()
            os.fsync(writing.fileno())
    except BaseException:
        draft.unlink(missing_ok=True)  # it may be what could not be made
        raise
    shutil.copystat(source, draft)
    draft.rename(target)
    sync_folder(target.parent)
    if source != target:
        source.unlink()
