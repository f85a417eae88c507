"""Receive bodies, keeping no more of each than is needed to refuse it."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Final

from waitress.utilities import BadRequest

from ingest_api.events.reading import MAX_BODY_BYTES

KEPT_BYTES: Final = MAX_BODY_BYTES + 1
LONGEST_LINE: Final = 1024
MOST_TRAILERS: Final = 32
# reading a chunk costs as much as reading hundreds of bytes
MOST_CHUNKS: Final = 1024
SIZE: Final = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n\0]*)?\r\n")
TRAILER: Final = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[^\r\n\0]*\r\n")


class Body:
    """The start of a body, in memory: a raw user id must never be written to disk."""

    def __init__(self) -> None:
        self._content = bytearray()

    def append(self, data: bytes) -> None:
        """Append data up to the limit."""
        self._content += data[: KEPT_BYTES - len(self._content)]

    def __len__(self) -> int:
        return len(self._content)

    def getfile(self) -> BytesIO:
        """Return what is kept, as a file."""
        return BytesIO(self._content)

    def close(self) -> None:
        """Free the memory."""
        self._content = bytearray()


class ChunkedBody:
    """A body in chunks, for Waitress's parser.

    Waitress's own class accepts line feeds and empty lines where they are not allowed. Like it,
    this ignores chunk extensions and trailers, but they must be well-formed.
    """

    def __init__(self) -> None:
        self.completed = False
        self.error: BadRequest | None = None
        self.buf = Body()
        self._line = b""
        self._rest = 0  # of the chunk
        self._read_line = self._begin_chunk
        self._trailers = 0
        self._chunks = 0

    def __len__(self) -> int:
        return len(self.buf)

    def received(self, data: bytes) -> int:
        """Take received data; return how many of its bytes belong to this body."""
        at = 0
        while at < len(data) and not self.completed and self.error is None:
            if self._rest:
                part = data[at : at + self._rest]
                self.buf.append(part)
                self._rest -= len(part)
                at += len(part)
                continue
            end = data.find(b"\n", at) + 1 or len(data)
            self._line += data[at:end]
            at = end
            if self._line.endswith(b"\n"):
                line, self._line = self._line, b""
                self._read_line(line)
            elif len(self._line) > LONGEST_LINE:
                self._fail()
        return at

    def getfile(self) -> BytesIO:
        """Return the body, as a file."""
        return self.buf.getfile()

    def getbuf(self) -> Body:
        """Return the buffer of the body."""
        return self.buf

    def _begin_chunk(self, line: bytes) -> None:
        found = SIZE.fullmatch(line)
        self._chunks += 1
        if not found or self._chunks > MOST_CHUNKS:
            self._fail()
            return
        self._rest = int(found[1], 16)
        self._read_line = self._end_chunk if self._rest else self._read_trailer

    def _end_chunk(self, line: bytes) -> None:
        if line != b"\r\n":
            self._fail()
        self._read_line = self._begin_chunk

    def _read_trailer(self, line: bytes) -> None:
        self._trailers += 1
        if line == b"\r\n":
            self.completed = True
        elif self._trailers > MOST_TRAILERS or not TRAILER.fullmatch(line):
            self._fail()

    def _fail(self) -> None:
        self.error = BadRequest("a chunk is malformed")
