"""Compressed log files: kept for a while, and unpacked if the database lacks their events."""

from __future__ import annotations

import errno
import fcntl
import gzip
import logging
import os
import shutil
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from ingest_api.durable_files import sync_folder
from ingest_api.log.writer import LOG_FILES

logger = logging.getLogger(__name__)

ARCHIVED_FILES = LOG_FILES + ".gz"
DAMAGED = ".damaged"  # suffix of an archive that an upgrade could only partly read, kept unchanged
DAMAGED_FILES = ARCHIVED_FILES + DAMAGED
DRAFTS = "events-*-w*-*.new"


@contextmanager
def tidying(folder: Path) -> Iterator[None]:
    """Lock a log folder: no other process compresses, unpacks or rewrites its files meanwhile."""
    fd = os.open(folder / ".tidy", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        yield
    finally:
        os.close(fd)


def compress(path: Path) -> None:
    """Replace a log file with a gzip file of the same mtime, completely or not at all."""

    def pack(source: IO[bytes], target: IO[bytes]) -> None:
        with gzip.GzipFile(filename="", fileobj=target, mode="wb", mtime=0) as packed:
            shutil.copyfileobj(source, packed, 1 << 20)

    replace(path, path.with_name(path.name + ".gz"), pack)


def unpack(path: Path) -> None:
    """Replace a gzip file with its log file of the same mtime, completely or not at all.

    Raises OSError. If space is short, it raises before it fills the disk.
    """
    with path.open("rb") as packed_file:
        packed_file.seek(-4, os.SEEK_END)
        size = int.from_bytes(packed_file.read(), "little")  # gzip's trailer: the unpacked size
    if shutil.disk_usage(path.parent).free < 2 * size:
        raise OSError(errno.ENOSPC, "not enough disk space", str(path))

    def inflate(source: IO[bytes], target: IO[bytes]) -> None:
        with gzip.GzipFile(fileobj=source) as packed:
            shutil.copyfileobj(packed, target, 1 << 20)

    replace(path, path.with_name(path.name.removesuffix(".gz")), inflate)


def missing_archives(folder: Path, settled: set[str]) -> list[str]:
    """Return the archived log files that the database lacks, oldest last.

    `settled` are the names of the files that it has. It may be new, or restored from a backup.
    """
    names = (path.name.removesuffix(".gz") for path in folder.glob(ARCHIVED_FILES))
    return sorted((name for name in names if name not in settled), reverse=True)


def unpack_or_report(path: Path) -> None:
    """Unpack a file, or log why that failed. Raises OSError if the disk lacks the space."""
    logger.info("%s is not in this database, unpacking it", path.name)
    try:
        with tidying(path.parent):
            unpack(path)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        logger.error("%s is damaged and was not loaded: %s", path.name, error)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise
        logger.error("%s can't be unpacked and was not loaded: %s", path.name, error)


def replace(source: Path, target: Path, convert: Callable[[IO[bytes], IO[bytes]], None]) -> None:
    """Convert `source` to `target`, which may be the same path, and keep its mtime."""
    draft = target.with_name(target.name + ".new")
    try:
        with source.open("rb") as reading, draft.open("wb") as writing:
            os.fchmod(writing.fileno(), 0o600)
            convert(reading, writing)
            writing.flush()
            os.fsync(writing.fileno())
    except BaseException:
        draft.unlink(missing_ok=True)  # opening it may be what failed
        raise
    shutil.copystat(source, draft)
    draft.rename(target)
    sync_folder(target.parent)
    if source != target:
        source.unlink()
