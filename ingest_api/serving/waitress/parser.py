"""Parse requests: Waitress's parser, strict where it is lenient.

If two servers parse a request differently, another request can hide in its body (request
smuggling). So whatever RFC 9112 calls ambiguous is refused, whichever proxy is in front.
"""

from __future__ import annotations

import re
from typing import Any, Final

import falcon
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.utilities import BadRequest, ServerNotImplemented

from ingest_api.serving.waitress.body import Body, ChunkedBody

VERSIONS: Final = ("1.0", "1.1")
# the methods that Falcon knows: if a path lacks one, Falcon answers 405
METHODS: Final = frozenset(falcon.COMBINED_METHODS) - {"WEBSOCKET"}
# origin-form, absolute-form or an asterisk, without white space and control characters
TARGET: Final = re.compile(r"(?:/|(?i:https?)://[^/?#])[^\x00-\x20\x7f]*|\*")
CODING: Final = re.compile(rb"\r\ntransfer-encoding:[ \t]*([^\r]*?)[ \t]*(?=\r\n)")
# the start of an HTTP request, perhaps after empty lines; TLS, for example, starts differently
BEGINNING: Final = re.compile(rb"[\r\n]*(?:\Z|[A-Z])")


class VersionNotSupported(BadRequest):
    """An error, as Waitress's, for an unsupported version of HTTP."""

    code = 505
    reason = "HTTP Version Not Supported"


class UnknownMethod(ServerNotImplemented):
    """An error, as Waitress's, for a method that no path supports."""


class RequestParser(HTTPRequestParser):
    """Parses one request. See Waitress's class for how the connection uses it."""

    path = ""  # until it is known
    completed: bool
    body_rcv: Any

    def received(self, data: bytes) -> int:
        """Take received data; return how many of its bytes belong to this request."""
        consumed: int = super().received(data)
        if self.completed:
            # otherwise a request without a body would wait for one
            self.expect_continue = False
        elif self.body_rcv is None and is_hopeless(self.header_plus):
            self.error = BadRequest("not HTTP")
            self.completed = True
        return consumed

    def parse_header(self, header_plus: bytes) -> None:
        """Parse the request line and headers. Raises ParsingError if they are ambiguous."""
        if b"\r\n " in header_plus or b"\r\n\t" in header_plus:
            raise ParsingError("folded headers are not supported")
        try:
            super().parse_header(header_plus)
        except ValueError:  # a number with thousands of digits, or the address in a target
            raise ParsingError("invalid number or address") from None
        if self.version not in VERSIONS:
            self._refuse(VersionNotSupported("HTTP/1.0 and HTTP/1.1 only"))
        elif self.command not in METHODS:
            self._refuse(UnknownMethod("unknown method"))
        self._check_target()
        self._check_framing(header_plus.lower())

    def _refuse(self, error: Any) -> None:
        self.error = error
        self.body_rcv = None
        self.content_length = 0

    def _check_target(self) -> None:
        if not TARGET.fullmatch(self.request_uri):
            raise ParsingError("the target is not a path or URL")
        host = self.headers.get("HOST")
        if (host is None and self.version == "1.1") or "," in (host or ""):
            raise ParsingError("exactly one Host header is required")

    def _check_framing(self, header: bytes) -> None:
        """Require a single, unambiguous way to find the end of the body."""
        if b"\r\ntransfer-encoding:" in header:
            if CODING.findall(header) != [b"chunked"] or self.version != "1.1":
                raise ParsingError("Transfer-Encoding must be chunked, in HTTP/1.1")
            if "CONTENT_LENGTH" in self.headers:
                raise ParsingError("Content-Length and Transfer-Encoding can't be combined")
        if self.chunked:
            self.body_rcv = ChunkedBody()
        elif self.body_rcv is not None:
            self.body_rcv.buf = Body()


def is_hopeless(header: bytes) -> bool:
    """Return whether the start of a header can't become a request, whatever follows."""
    return b"\n\n" in header or not BEGINNING.match(header)
