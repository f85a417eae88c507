"""Read requests from a connection: Waitress's parser, strict where it is lenient.

What two servers read differently lets one request hide in another's body (request smuggling). So
whatever RFC 9112 calls ambiguous is refused here, whoever stands in front.
"""

from __future__ import annotations

import re
from typing import Any, Final

import falcon
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.utilities import BadRequest, ServerNotImplemented

from ingest_api.serving.waitress.body import Body, ChunkedBody

VERSIONS: Final = ("1.0", "1.1")
# that Falcon knows: it answers those that a path does not have with 405
METHODS: Final = frozenset(falcon.COMBINED_METHODS) - {"WEBSOCKET"}
# origin-form, absolute-form and the asterisk; without white space and control characters
TARGET: Final = re.compile(r"(?:/|(?i:https?)://[^/?#])[^\x00-\x20\x7f]*|\*")
CODING: Final = re.compile(rb"\r\ntransfer-encoding:[ \t]*([^\r]*?)[ \t]*(?=\r\n)")
# what an HTTP request begins with, perhaps after empty lines; TLS, for one, does not
BEGINNING: Final = re.compile(rb"[\r\n]*(?:\Z|[A-Z])")


class VersionNotSupported(BadRequest):
    """Waitress's error for a version of HTTP that is not ours."""

    code = 505
    reason = "HTTP Version Not Supported"


class UnknownMethod(ServerNotImplemented):
    """Waitress's error for a method that no path answers."""


class RequestParser(HTTPRequestParser):
    """Collects one request. See Waitress's for the protocol between it and the connection."""

    path = ""  # for as long as it is not known
    completed: bool
    body_rcv: Any

    def received(self, data: bytes) -> int:
        """Take what came; return how many bytes of it belong to this request."""
        consumed: int = super().received(data)
        if self.completed:
            # or a request without a body would wait for the end of its own
            self.expect_continue = False
        elif self.body_rcv is None and is_hopeless(self.header_plus):
            self.error = BadRequest("not HTTP")
            self.completed = True
        return consumed

    def parse_header(self, header_plus: bytes) -> None:
        """Read the request line and the headers. Raises ParsingError where they are ambiguous."""
        if b"\r\n " in header_plus or b"\r\n\t" in header_plus:
            raise ParsingError("a header goes on in the next line")
        try:
            super().parse_header(header_plus)
        except ValueError:  # of a number with thousands of digits, or of the address in a target
            raise ParsingError("a number or an address can't be read") from None
        if self.version not in VERSIONS:
            self._refuse(VersionNotSupported("HTTP/1.0 and HTTP/1.1 only"))
        elif self.command not in METHODS:
            self._refuse(UnknownMethod("no such method"))
        self._check_target()
        self._check_framing(header_plus.lower())

    def _refuse(self, error: Any) -> None:
        self.error = error
        self.body_rcv = None
        self.content_length = 0

    def _check_target(self) -> None:
        if not TARGET.fullmatch(self.request_uri):
            raise ParsingError("the target is no path")
        host = self.headers.get("HOST")
        if (host is None and self.version == "1.1") or "," in (host or ""):
            raise ParsingError("there must be one Host")

    def _check_framing(self, header: bytes) -> None:
        """Allow one way only to tell where the body ends, and one way only to write it."""
        if b"\r\ntransfer-encoding:" in header:
            if CODING.findall(header) != [b"chunked"] or self.version != "1.1":
                raise ParsingError("Transfer-Encoding must be chunked, and of HTTP/1.1")
            if "CONTENT_LENGTH" in self.headers:
                raise ParsingError("Content-Length and Transfer-Encoding exclude each other")
        if self.chunked:
            self.body_rcv = ChunkedBody()
        elif self.body_rcv is not None:
            self.body_rcv.buf = Body()


def is_hopeless(header: bytes) -> bool:
    """Return whether what came of a header can't become a request, whatever follows."""
    return b"\n\n" in header or not BEGINNING.match(header)
