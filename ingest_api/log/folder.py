"""The log as the loader sees it: which bytes of which files are ready to load."""

from __future__ import annotations

import contextlib
import logging
import os
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import msgspec

from ingest_api.durable_files import is_taken, write_whole
from ingest_api.log.writer import LOG_FILES, SUFFIX
from ingest_api.metrics.meters import Meters

logger = logging.getLogger(__name__)

REJECTED_FILES = "rejected/*.jsonl"
# in the data folder: the lines that an import is about to load, and the rows that it rejected
IMPORT_FOLDER = "import"
IMPORT_REJECTED_FILES = "import-rejected-*.jsonl"
PIECE_BYTES = 1 << 20
LONGEST_LINE = 1 << 18
MOST_WRITERS = 64


class Chunk(NamedTuple):
    """Whole lines of one file."""

    name: str
    start: int
    content: bytes

    @property
    def end(self) -> int:
        """The byte after the last line."""
        return self.start + len(self.content)

    def lines(self) -> int:
        """Return the number of lines."""
        return self.content.count(b"\n")


def halves(chunks: list[Chunk]) -> tuple[list[Chunk], list[Chunk]]:
    """Split chunks that hold two or more lines into halves, at a line end."""
    if len(chunks) > 1:
        middle = len(chunks) // 2
        return chunks[:middle], chunks[middle:]
    (chunk,) = chunks
    # at the last line end before the middle, else at the first after it
    cut = chunk.content.rfind(b"\n", 0, len(chunk.content) // 2) + 1
    cut = cut or chunk.content.index(b"\n") + 1
    first = Chunk(chunk.name, chunk.start, chunk.content[:cut])
    second = Chunk(chunk.name, chunk.start + cut, chunk.content[cut:])
    return [first], [second]


@dataclass
class LogFile:
    """What the loader knows about a file. Offsets are in bytes."""

    name: str
    position: int = 0  # loaded up to here, according to the database
    taken: int = 0  # handed out for loading up to here
    end: int = 0  # ready to load up to here
    counted_to: int = 0
    waiting: int = 0  # lines between position and counted_to
    final: bool = False  # no process writes to it any more
    torn: int = 0  # bytes of an incomplete last line, which was never acknowledged


class _LoggedAt(msgspec.Struct):
    at: int


def server_id(folder: Path) -> uuid.UUID:
    """Return the id by which the database knows a log folder; create it if it is missing."""
    path = folder / "server-id"
    if not path.exists():
        write_whole(path, f"{uuid.uuid4()}\n")
    return uuid.UUID(path.read_text().strip())


class LogFolder:
    """The files of a log folder, and how far each has been loaded."""

    def __init__(self, folder: Path, meters: Meters) -> None:
        self.folder = folder
        self.files: dict[str, LogFile] = {}
        self._meters = meters
        # archives that the database lacks, oldest last, with its position in each
        self.archived: dict[str, int] = {}
        self._restored = False
        self._reported: set[str] = set()

    def names(self) -> frozenset[str]:
        """Return the names of the log files that exist now."""
        return frozenset(path.name for path in self.folder.glob(LOG_FILES))

    def restore(self, positions: dict[str, int], archived: Sequence[str] = ()) -> int:
        """Adopt the database's positions in each file; `archived` are still to be unpacked.

        Returns how many more lines are loaded than we knew: a commit may have succeeded even though
        its connection was lost. Negative if the database crashed and lost its last commits.
        """
        self.archived = {name: positions.get(name, 0) for name in archived}
        names = positions.keys() | self.files.keys()
        more = sum(
            self._restore(self.files.setdefault(name, LogFile(name)), positions.get(name, 0))
            for name in names - self.archived.keys()
        )
        known, self._restored = self._restored, True
        return more if known else 0

    def restore_unpacked(self) -> int:
        """Adopt the database's position in the last of the archived files, now unpacked.

        Returns the same as `restore`: lines that this run had loaded from it are lost.
        """
        name, position = self.archived.popitem()
        if name in self.files:
            return self._restore(self.files[name], position)
        self.files[name] = LogFile(name, position, position, counted_to=position)
        return 0

    def _restore(self, file: LogFile, position: int) -> int:
        low, high = sorted((position, file.position))
        lines = sum(piece.count(b"\n") for piece in self._pieces(file.name, low, high))
        lines = lines if position > file.position else -lines
        if position > file.counted_to:
            file.counted_to, file.waiting = position, 0
        else:
            file.waiting -= lines
        file.position = file.taken = position
        return lines

    def advance(self, chunk: Chunk) -> None:
        """Record that a chunk was loaded or set aside."""
        file = self.files[chunk.name]
        file.position = chunk.end
        # a line that was damaged after it was counted may have become two, or none
        file.waiting = max(0, file.waiting - chunk.lines()) if chunk.end < file.counted_to else 0

    def scan(self) -> None:
        """Update how far each file is ready to load, and count the lines."""
        marks = self._meters.watermarks()
        for path in self.folder.glob(LOG_FILES):
            file = self.files.setdefault(path.name, LogFile(path.name))
            mark = marks.get(_number(path.name), 0)
            if mark > file.end:
                file.end = mark
            elif not file.final:
                self._look_whether_final(file, path)
            self._count(file)

    def removed(self) -> list[tuple[str, int]]:
        """Forget deleted files; return those that were not fully loaded, with the bytes lost."""
        present = self.names().union(self.archived)
        marks = self._meters.watermarks()
        gone = [file for name, file in self.files.items() if name not in present]
        for file in gone:
            file.end = max(file.end, marks.get(_number(file.name), 0))
            del self.files[file.name]
        return [(file.name, file.end - file.position) for file in gone if file.end > file.position]

    def take(self, max_bytes: int) -> list[Chunk]:
        """Hand out the next lines to load, about `max_bytes`, oldest file first."""
        found: list[Chunk] = []
        for file in self._unfinished():
            start = max(file.position, file.taken)
            content = self._read(file.name, start, min(file.end, start + max_bytes))
            content = content[: content.rfind(b"\n") + 1]
            if content:
                found.append(Chunk(file.name, start, content))
                file.taken = found[-1].end
                max_bytes -= len(content)
            if max_bytes <= 0:
                break
        return found

    def read_again(self, chunk: Chunk) -> Chunk:
        """Read a chunk from its file again."""
        return chunk._replace(
            content=self._read(chunk.name, chunk.start, chunk.end) or chunk.content
        )

    def put_back(self) -> None:
        """Take back all chunks that were handed out but not loaded."""
        for file in self.files.values():
            file.taken = file.position

    def waiting(self) -> int:
        """Return how many events are not loaded yet."""
        return sum(file.waiting for file in self.files.values())

    def oldest(self) -> int | None:
        """Return when the oldest event that is not loaded arrived, in ms since 1970."""
        times = []
        # sorted by name, the oldest come first; only a few files are written at the same time
        for file in self._unfinished()[:MOST_WRITERS]:
            first = self._read(file.name, file.position, file.position + LONGEST_LINE)
            with contextlib.suppress(msgspec.MsgspecError):
                times.append(msgspec.json.decode(first.partition(b"\n")[0], type=_LoggedAt).at)
        return min(times, default=None)

    def _count(self, file: LogFile) -> None:
        for piece in self._pieces(file.name, file.counted_to, file.end):
            file.counted_to += len(piece)
            file.waiting += piece.count(b"\n")

    def _pieces(self, name: str, start: int, end: int) -> Iterator[bytes]:
        while start < end and (piece := self._read(name, start, min(end, start + PIECE_BYTES))):
            yield piece
            start += len(piece)

    def _unfinished(self) -> list[LogFile]:
        unfinished = (file for file in self.files.values() if file.end > file.position)
        return sorted(unfinished, key=lambda file: file.name)

    def _look_whether_final(self, file: LogFile, path: Path) -> None:
        """Make a file ready up to its last line end if no process writes to it any more."""
        try:
            with path.open("rb") as opened:
                if is_taken(opened):
                    return
                size = os.fstat(opened.fileno()).st_size
        except FileNotFoundError:
            return
        except OSError as error:
            self._report(file.name, error)
            return
        if size == 0:
            return  # its writer may be just about to lock it
        tail_start = max(file.position, size - PIECE_BYTES)
        tail = self._read(file.name, tail_start, size)
        if not tail and size > tail_start:
            return  # reading it failed
        file.end = tail_start + tail.rfind(b"\n") + 1
        file.torn = size - file.end
        file.final = True

    def _read(self, name: str, start: int, end: int) -> bytes:
        try:
            with (self.folder / name).open("rb") as opened:
                content = os.pread(opened.fileno(), end - start, start)
        except FileNotFoundError:
            return b""
        except OSError as error:
            self._report(name, error)
            return b""
        self._reported.discard(name)
        return content

    def _report(self, name: str, error: OSError) -> None:
        """Log once that a file can't be read. The others are still loaded."""
        if name not in self._reported:
            self._reported.add(name)
            logger.error("can't read %s; its events are waiting: %s", name, error)


def _number(name: str) -> int:
    try:
        return int(name.removesuffix(SUFFIX).rpartition("-")[2], 16)
    except ValueError:
        return 0
