"""The format of a log folder, and the upgrade from the first format, of version 0.1.

Version 0.1 logged session ids as clients sent them. When a server first starts on such a folder, it
rewrites each file with hashed ids, under a new name. Positions in the file change, so the loader
starts it again, and the database drops the events that it already has. The new name also marks the
files that are done, so an upgrade that was killed resumes where it stopped.
"""

from __future__ import annotations

import contextlib
import fcntl
import gzip
import itertools
import json
import logging
import os
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, Any, Final

import msgspec

from ingest_api.durable_files import sync_folder, write_whole
from ingest_api.events.contract import session_text
from ingest_api.events.raw_sessions import hide_sessions
from ingest_api.log.archive import ARCHIVED_FILES, DAMAGED, DRAFTS, replace, tidying
from ingest_api.log.folder import REJECTED_FILES
from ingest_api.log.writer import LOG_FILES, SUFFIX

logger = logging.getLogger(__name__)

FORMAT: Final = "2"
FORMAT_FILE: Final = "format"
UPGRADED: Final = f"-v{FORMAT}{SUFFIX}"
PACKING_LEVEL: Final = 6  # startup waits for this, and level 9 takes three times as long
BATCH_LINES: Final = 1000
SESSION_KEY: Final = re.compile(rb"session_id|sessionId")

# a visitor's hash and a session id -> the session's hash
Hash = Callable[[str, str], str]
Convert = Callable[[bytes, Hash], bytes]
Fields = dict[str, msgspec.Raw]
decode_fields: Final = msgspec.json.Decoder(Fields).decode
decode_text: Final = msgspec.json.Decoder(str).decode
decode: Final = msgspec.json.decode
encode: Final = msgspec.json.encode


def note_format(folder: Path) -> None:
    """Mark a log folder as having the current format."""
    write_whole(folder / FORMAT_FILE, f"{FORMAT}\n")


def is_current(folder: Path) -> bool:
    """Return whether a log folder is of the present format."""
    return (folder / FORMAT_FILE).exists()


def upgrade(folder: Path, session: Hash, imports: Iterable[Path] = ()) -> None:
    """Upgrade a log folder, and the files of rows that imports rejected, to the current format.

    Does nothing if the folder already has that format. No server may write to it meanwhile. Raises
    OSError if a file can't be read or written; call it again to resume.
    """
    if is_current(folder):
        return
    with tidying(folder):
        for draft in folder.glob(DRAFTS):
            draft.unlink()  # left half-written by a process that was killed
        log = (path for pattern in (ARCHIVED_FILES, LOG_FILES) for path in folder.glob(pattern))
        records = (*folder.glob(REJECTED_FILES), *imports)
        files = [
            *((path, hashed_line) for path in sorted(log)),
            *((path, _record) for path in sorted(records)),
        ]
        files = [(path, converted) for path, converted in files if UPGRADED not in path.name]
        if files:
            logger.info("hashing the session ids in %d files of %s", len(files), folder)
        for path, converted in files:
            target = path.with_name(path.name.replace(SUFFIX, UPGRADED))
            _rewrite(path, target, converted, session)
        for changed in {path.parent for path, _ in files}:
            sync_folder(changed)  # or a power loss might bring old files back
        note_format(folder)


def _rewrite(path: Path, target: Path, converted: Convert, session: Hash) -> None:
    is_packed = path.suffix == ".gz"
    damage: list[Exception] = []

    def convert(source: IO[bytes], draft: IO[bytes]) -> None:
        # a worker whose server was killed may still be answering its last request
        fcntl.flock(source, fcntl.LOCK_SH)
        with contextlib.ExitStack() as stack:
            lines: IO[bytes] | gzip.GzipFile = source
            writing: IO[bytes] | gzip.GzipFile = draft
            if is_packed:
                lines = stack.enter_context(gzip.GzipFile(fileobj=source))
                writing = stack.enter_context(
                    gzip.GzipFile("", "wb", PACKING_LEVEL, draft, mtime=0)
                )
            hashed = (
                converted(line, session) if SESSION_KEY.search(line) else line
                for line in _whole_lines(lines, damage)
            )
            # compressing line by line would be slow
            while batch := b"".join(itertools.islice(hashed, BATCH_LINES)):
                writing.write(batch)
        if damage:
            # before its name is replaced, under a name that no task deletes: it has raw session ids
            _keep(path, damage[0])

    try:
        replace(path, target, convert)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error


def _whole_lines(file: IO[bytes] | gzip.GzipFile, damage: list[Exception]) -> Iterator[bytes]:
    """Yield a file's lines up to the first that can't be read; add that error to `damage`.

    An incomplete last line is left out: it was never acknowledged.
    """
    try:
        yield from (line for line in file if line.endswith(b"\n"))
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        damage.append(error)


def _keep(path: Path, damage: Exception) -> None:
    """Keep a damaged file under a second name, and log that."""
    kept = path.with_name(path.name + DAMAGED)
    with contextlib.suppress(FileExistsError):  # linked by an upgrade that was killed
        os.link(path, kept)
    kept.chmod(0o600)
    sync_folder(path.parent)
    logger.error(
        "%s is damaged; only its first part is readable. It is kept unchanged as %s, with raw "
        "session ids: %s",
        path.name,
        kept.name,
        damage,
    )


def hashed_line(line: bytes, session: Hash) -> bytes:
    """Return a line of version 0.1 with its session ids hashed and everything else unchanged.

    A damaged line is cut off before the first session id.
    """
    try:
        fields = decode_fields(line)
        visitor = decode_text(fields["anon"])
        m = decode_fields(fields["m"]) if "m" in fields else {}
        raw = decode_text(fields.pop("session_id")) if "session_id" in fields else None
        if "sessionId" in m:
            in_m = session_text(decode(m.pop("sessionId")))
            raw = raw or in_m
    except (ValueError, KeyError, RecursionError):
        return line[: _place(line)] + b"\n"
    if raw:
        fields["session_id"] = msgspec.Raw(encode(session(visitor, raw)))
    if "m" in fields:
        fields["m"] = msgspec.Raw(encode(m))
        if not m:
            del fields["m"]
    return encode(fields) + b"\n"


def _record(line: bytes, session: Hash) -> bytes:
    """Return the record of a rejected line or imported row, with its session ids hashed."""

    def hide(record: dict[str, Any]) -> None:
        if isinstance(text := record.get("line"), str):
            hidden = hashed_line(text.encode(errors="surrogatepass"), session)
            record["line"] = hidden.decode(errors="surrogatepass").rstrip("\n")

    try:
        record = json.loads(line)
        hide(record)
        if isinstance(row := record.get("row"), dict):
            hide(row)
            hide_sessions(row, session)
    except (ValueError, AttributeError, RecursionError):
        return line[: _place(line)] + b"\n"
    return json.dumps(record).encode() + b"\n"


def _place(line: bytes) -> int:
    found = SESSION_KEY.search(line)
    return found.start() if found else len(line)
