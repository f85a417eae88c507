"""The log as the loader sees it: which bytes of which files can be loaded."""

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
# in the data folder: what an import is about to load, and the rows that it rejected
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
    """Cut chunks of two lines or more in two, at a line end."""
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
    """What the loader knows of a file. Offsets are bytes."""

    name: str
    position: int = 0  # loaded up to here, by the database's word
    taken: int = 0  # handed out for loading up to here
    end: int = 0  # can be loaded up to here
    counted_to: int = 0
    waiting: int = 0  # lines between position and counted_to
    final: bool = False  # nobody writes to it any more
    torn: int = 0  # bytes of a last line that was never finished, nor acknowledged


class _LoggedAt(msgspec.Struct):
    at: int


def server_id(folder: Path) -> uuid.UUID:
    """Return the id by which the database knows a log folder; made where there is none."""
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
        # what the database lacks of, the oldest last, and how far it has each
        self.archived: dict[str, int] = {}
        self._restored = False
        self._told: set[str] = set()

    def names(self) -> frozenset[str]:
        """Return the names of the log files that are there now."""
        return frozenset(path.name for path in self.folder.glob(LOG_FILES))

    def restore(self, positions: dict[str, int], archived: Sequence[str] = ()) -> int:
        """Take the database's word on how far each file is loaded; `archived` are to be unpacked.

        Returns how many lines more are loaded than we knew of: a commit may have succeeded although
        its connection was lost. Negative where a database that crashed lost its last commits.
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
        """Take the database's word on the last of the archived files, which is unpacked now.

        Returns the same: what this run had loaded of it is not loaded any more.
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
        """Note that a chunk is loaded, or set aside."""
        file = self.files[chunk.name]
        file.position = chunk.end
        # a line that was damaged after it was counted may have become two, or none
        file.waiting = max(0, file.waiting - chunk.lines()) if chunk.end < file.counted_to else 0

    def scan(self) -> None:
        """Look how far each file can be loaded now, and count the lines."""
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
        """Forget the files that are gone; return those not loaded whole, with the bytes lost."""
        present = self.names().union(self.archived)
        marks = self._meters.watermarks()
        gone = [file for name, file in self.files.items() if name not in present]
        for file in gone:
            file.end = max(file.end, marks.get(_number(file.name), 0))
            del self.files[file.name]
        return [(file.name, file.end - file.position) for file in gone if file.end > file.position]

    def take(self, max_bytes: int) -> list[Chunk]:
        """Hand out what can be loaded next, some `max_bytes` of it, oldest file first."""
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
        """Return a chunk as it stands in its file now."""
        return chunk._replace(
            content=self._read(chunk.name, chunk.start, chunk.end) or chunk.content
        )

    def put_back(self) -> None:
        """Take back what was handed out and not loaded."""
        for file in self.files.values():
            file.taken = file.position

    def waiting(self) -> int:
        """Return how many events are not loaded."""
        return sum(file.waiting for file in self.files.values())

    def oldest(self) -> int | None:
        """Return when the first event that is not loaded came, in ms since 1970."""
        times = []
        # by name the oldest are first, and few files are written at a time
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
        """Take a file whole, up to its last line end, where no process writes to it any more."""
        try:
            with path.open("rb") as opened:
                if is_taken(opened):
                    return
                size = os.fstat(opened.fileno()).st_size
        except FileNotFoundError:
            return
        except OSError as error:
            self._tell(file.name, error)
            return
        if size == 0:
            return  # its writer may be about to lock it
        tail_start = max(file.position, size - PIECE_BYTES)
        tail = self._read(file.name, tail_start, size)
        if not tail and size > tail_start:
            return  # it can't be read
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
            self._tell(name, error)
            return b""
        self._told.discard(name)
        return content

    def _tell(self, name: str, error: OSError) -> None:
        """Say once of a file that it can't be read: the others are loaded meanwhile."""
        if name not in self._told:
            self._told.add(name)
            logger.error("%s can't be read, its events wait in it: %s", name, error)


def _number(name: str) -> int:
    try:
        return int(name.removesuffix(SUFFIX).rpartition("-")[2], 16)
    except ValueError:
        return 0
