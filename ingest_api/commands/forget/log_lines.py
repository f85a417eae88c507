"""Find and blank a visitor's lines in a log folder.

A line is overwritten with spaces in place, so that the loader's positions in the file stay valid.
The loader skips blank lines. Archives are rewritten. The folder's tidying lock is held, so that
files are neither compressed nor unpacked meanwhile.
"""

from __future__ import annotations

import gzip
import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, BinaryIO, Final

import msgspec

from ingest_api.durable_files import is_taken
from ingest_api.log.archive import ARCHIVED_FILES, DAMAGED_FILES, DRAFTS, replace, tidying
from ingest_api.log.writer import LOG_FILES

BLOCK_BYTES: Final = 1 << 22


class _Owner(msgspec.Struct):
    anon: str


@dataclass
class LogLines:
    """How many lines a visitor had, and which files could not be read."""

    log: int = 0
    archived: int = 0
    rejected: int = 0
    damaged: list[Path] = field(default_factory=list)
    # the last line end of each log file, once it had none of the visitor's lines
    ends: dict[str, int] = field(default_factory=dict)

    def add(self, other: LogLines) -> None:
        """Add another folder's results."""
        self.log += other.log
        self.archived += other.archived
        self.damaged += other.damaged

    def total(self) -> int:
        """Return the number of lines."""
        return self.log + self.archived + self.rejected


def blank_log(folder: Path, visitor: str, dry_run: bool) -> LogLines:
    """Blank a visitor's lines (32 hex digits) in the log and its archives, or only count them."""
    found = LogLines()
    needle = visitor.encode()
    with tidying(folder):
        if not dry_run:
            for draft in folder.glob(DRAFTS):
                draft.unlink()  # left half-written by a process that was killed
        for path in sorted(folder.glob(LOG_FILES)):
            lines, end = _blank_file(path, needle, dry_run)
            found.ends[path.name] = end
            found.log += lines
        for path in sorted(folder.glob(ARCHIVED_FILES)):
            try:
                lines = _blank_archive(path, needle, dry_run)
            except (gzip.BadGzipFile, EOFError, zlib.error):
                found.damaged.append(path)
                continue
            found.archived += lines
        found.damaged += sorted(folder.glob(DAMAGED_FILES))
    return found


def blank_rejected(paths: Iterator[Path], visitor: str, dry_run: bool) -> int:
    """Blank the records of rejected lines, even if they are damaged."""
    return sum(_blank_file(path, visitor.encode(), dry_run, only_whole=False)[0] for path in paths)


def _blank_file(
    path: Path, needle: bytes, dry_run: bool, only_whole: bool = True
) -> tuple[int, int]:
    """Blank a visitor's lines in place; return how many, and the last line end."""
    lines = position = end = 0
    with path.open("rb" if dry_run else "r+b", buffering=0) as file:
        status = os.fstat(file.fileno())
        is_written = is_taken(file)
        for block in _blocks(file):
            whole = block.endswith(b"\n")
            # an incomplete last line may still be being written
            if whole or not is_written:
                for start, stop in _spans(block, needle, only_whole):
                    lines += 1
                    if not dry_run:
                        os.pwrite(file.fileno(), b" " * (stop - start), position + start)
            position += len(block)
            end = position if whole else end
        if lines and not dry_run:
            os.fdatasync(file.fileno())
            if not is_written:
                # retention counts from when the file was written
                os.utime(file.fileno(), ns=(status.st_atime_ns, status.st_mtime_ns))
    return lines, end


def _blank_archive(path: Path, needle: bytes, dry_run: bool) -> int:
    """Rewrite an archive without a visitor's lines; return how many there were."""
    with gzip.open(path) as packed:
        lines = sum(len(list(_spans(block, needle))) for block in _blocks(packed))
    if not lines or dry_run:
        return lines

    def blank(source: IO[bytes], target: IO[bytes]) -> None:
        with (
            gzip.GzipFile(fileobj=source) as packed,
            gzip.GzipFile(filename="", fileobj=target, mode="wb", mtime=0) as writing,
        ):
            for block in _blocks(packed):
                blanked = bytearray(block)
                for start, stop in _spans(block, needle):
                    blanked[start:stop] = b" " * (stop - start)
                writing.write(blanked)

    replace(path, path, blank)
    return lines


def _blocks(file: BinaryIO | gzip.GzipFile | IO[bytes]) -> Iterator[bytes]:
    """Yield a file in blocks of whole lines, then the rest without a newline."""
    rest = b""
    while content := file.read(BLOCK_BYTES):
        content = rest + content
        cut = content.rfind(b"\n") + 1
        if cut:
            yield content[:cut]
        rest = content[cut:]
    if rest:
        yield rest


def _spans(block: bytes, needle: bytes, only_own: bool = True) -> Iterator[tuple[int, int]]:
    """Yield the start and end of each line with a visitor's id, without the newline.

    `only_own` leaves out other visitors' events that happen to contain the id.
    """
    stop = 0
    while (hit := block.find(needle, stop)) >= 0:
        start = block.rfind(b"\n", 0, hit) + 1
        stop = block.find(b"\n", hit)
        stop = len(block) if stop < 0 else stop
        if not only_own or _is_own(block[start:stop], needle):
            yield start, stop


def _is_own(line: bytes, needle: bytes) -> bool:
    try:
        return msgspec.json.decode(line, type=_Owner).anon.encode() == needle
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return True  # a damaged line that contains the id
