"""Requests as they come over the wire: read in one way only, or refused in the one shape."""

from __future__ import annotations

import time

import pytest

from tests.server import RunningServer
from tests.wire import HEALTH, Wire, body, chunks, exchange, length, request

CHUNKED = b"Transfer-Encoding: chunked"
EVENT = body()
SENT = length(EVENT)


def line(text: bytes) -> bytes:
    """Return a request with just this first line."""
    return text + b"\r\nHost: x\r\n\r\n"


@pytest.mark.parametrize(
    "content",
    [
        request(SENT, body=EVENT),
        request(CHUNKED, body=chunks(EVENT)),
        request(CHUNKED, body=chunks(*(EVENT[at : at + 7] for at in range(0, len(EVENT), 7)))),
        request(b"tRANSFER-eNCODING:\tChunked ", body=chunks(EVENT)),
        request(CHUNKED, body=b'%x ;a=b;c="d"\r\n%s\r\n000\r\nX: y\r\n\r\n' % (len(EVENT), EVENT)),
        request(SENT, b"Expect: 100-continue", body=EVENT),
        request(SENT, b"Transfer_Encoding: chunked", b"Content_Length: 3", body=EVENT),
        request(SENT, b"X: \xff\xfe", b"Y:", body=EVENT),
        request(SENT, body=EVENT, line=b"POST http://elsewhere.example/t?x=1 HTTP/1.1"),
        request(SENT, b"Connection: keep-alive", body=EVENT, line=b"POST /t HTTP/1.0"),
        b"\r\n\r\n" + request(SENT, body=EVENT),
    ],
)
def test_what_is_well_formed_is_accepted_whole(
    shared_server: RunningServer, content: bytes
) -> None:
    with Wire(shared_server.port) as wire:
        answer = wire.send(content).answer()
        assert (answer.status, answer.body) == (200, b'{"ok":true,"accepted":1,"skipped":0}')
        assert wire.send(HEALTH).answer().status == 200, "the connection is good for another"


def test_a_request_in_single_bytes_is_read_as_well(shared_server: RunningServer) -> None:
    with Wire(shared_server.port) as wire:
        for at in range(len(content := request(CHUNKED, body=chunks(EVENT[:9], EVENT[9:])))):
            wire.send(content[at : at + 1])
        assert wire.answer().status == 200


LENGTHS = (
    *(b"+5", b"-5", b"0x5", b"5.0", b"5 5", b"five", b"\xb2", b"", b"5, 5"),
    *(b"9" * 5000, b"0" * 5000 + b"5"),
)
CODINGS = (
    *(b"chunked, chunked", b"", b",", b"\r\n chunked", b"\x0bchunked", b"chunked\r", b"chunked\n"),
    *(b"chunked\r\nTransfer-Encoding: chunked", b"chunked\r\nContent-Length: 5"),
)
UNKNOWN_CODINGS = (b"gzip, chunked", b"identity", b"xchunked", b"\xffchunked", b"chunked;q=1")
BAD_CHUNKS = (
    *(b"5\nabcde\r\n0\r\n\r\n", b"5\r\nabcdef\r\n0\r\n\r\n", b"5\r\nabcde\n0\r\n\r\n"),
    *(b"5;a\n\r\nabcde\r\n0\r\n\r\n", b"\r\n5\r\nabcde\r\n", b"0x5\r\nabcde\r\n0\r\n\r\n"),
    *(
        b"-5\r\n",
        b"+5\r\n",
        b" 5\r\n",
        b"5 5\r\n",
        b"5,\r\n",
        b"\xb5\r\n",
        b"\r\n",
        b"f" * 40 + b"\r\n",
    ),
    *(b"5" + b"0" * 5000, b"0\r\nno trailer\r\n\r\n", b"0\r\nX: y\n\r\n"),
    b"0\r\n" + b"X: y\r\n" * 100 + b"\r\n",
)
LINES = (
    *(b"GET http://[ HTTP/1.1", b"GET health HTTP/1.1", b"GET x/health HTTP/1.1"),
    *(b"GET ftp://x/health HTTP/1.1", b"GET /hea\tlth HTTP/1.1", b"GET /health\0 HTTP/1.1"),
    *(b"GET  /health HTTP/1.1", b"GET /health  HTTP/1.1", b"CONNECT x:80 HTTP/1.1"),
    *(b"get /health HTTP/1.1", b"GET /health HTTP/1.1x", b"GET /health http/1.1"),
)
UNKNOWN_VERSIONS = (b"GET /health HTTP/1.2", b"GET /health HTTP/3.0", b"GET /health")
HEADERS = (
    *(b"no colon", b": no name", b"A b: c", b"A: b\0c", b"A: b\rc", b"A: b\nc", b"A : b"),
    *(b"A: b\r\n c", b"A: b\r\n\tc", b"Host: y", b"Host: x", b"X: y\nTransfer-Encoding: chunked"),
)
BEGINNINGS = (
    *(b"GET /health HTTP/1.1\r\n\r\n", b"GET /health HTTP/1.1\r\n Host: x\r\n\r\n"),
    *(b"GET /health HTTP/1.1\nHost: x\n\n", b"\r\nhello\r\n"),
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200),
)


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (request(SENT, SENT, body=EVENT), 400),
        (request(SENT, CHUNKED, body=chunks(EVENT)), 400),
        (request(CHUNKED, SENT, body=EVENT, line=b"POST /t HTTP/1.0"), 400),
        *((request(b"Content-Length: " + wrong, body=EVENT), 400) for wrong in LENGTHS),
        *((request(b"Transfer-Encoding:" + wrong, SENT, body=EVENT), 400) for wrong in CODINGS),
        *((request(b"Transfer-Encoding:" + c, SENT, body=EVENT), 501) for c in UNKNOWN_CODINGS),
        *((request(CHUNKED, body=wrong), 400) for wrong in BAD_CHUNKS),
        *((line(wrong), 400) for wrong in LINES),
        *((line(wrong), 505) for wrong in UNKNOWN_VERSIONS),
        *((line(method + b" /t HTTP/1.1"), 501) for method in (b"BREW", b"WEBSOCKET")),
        *((request(wrong, line=b"GET /health HTTP/1.1"), 400) for wrong in HEADERS),
        *((wrong, 400) for wrong in BEGINNINGS),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
    ],
)
def test_what_is_ambiguous_is_refused_and_nothing_after_it_read(
    shared_server: RunningServer, content: bytes, status: int
) -> None:
    with Wire(shared_server.port) as wire:
        answer = wire.send(content + HEALTH * 2).answer()
        assert answer.status == status
        assert answer.word in ("bad_request", "method_not_allowed")
        assert answer.headers["Content-Type"] == "application/json"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Server"] is None
        assert answer.headers["Connection"] == "close"
        assert wire.is_closed()


@pytest.mark.parametrize(
    "headers",
    [(b"Expect: 100-continue", b"Content-Length: 0"), (b"Expect: 100-continue",)],
)
def test_expect_continue_without_a_body_is_answered(
    shared_server: RunningServer, headers: tuple[bytes, ...]
) -> None:
    get = request(*headers, line=b"GET /health HTTP/1.1")
    answers = exchange(shared_server.port, get + get)
    assert [answer.status for answer in answers] == [200, 200]


def test_expect_continue_with_a_large_body_is_refused(
    shared_server: RunningServer,
) -> None:
    for wrong, status in ((b"100000000", 413), (b"ten", 400)):
        with Wire(shared_server.port) as wire:
            wire.send(request(b"Expect: 100-continue", b"Content-Length: " + wrong))
            assert wire.answer().status == status
            assert wire.is_closed()


@pytest.mark.parametrize(
    "flood",
    [b"A: b\r\n" * 6000, b"".join(b"A%d: b\r\n" % n for n in range(4000)), b"A: " + b"b" * 40_000],
)
def test_a_flood_of_headers_is_refused_at_once(shared_server: RunningServer, flood: bytes) -> None:
    with Wire(shared_server.port) as wire:
        began = time.monotonic()
        answer = wire.send(b"GET /health HTTP/1.1\r\nHost: x\r\n" + flood + b"\r\n").answer()
        assert (answer.status, answer.word) == (431, "headers_too_large")
        assert wire.is_closed()
        assert time.monotonic() - began < 2


def test_the_largest_headers_block_no_other(shared_server: RunningServer) -> None:
    content = b"GET /health HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * 5400 + b"\r\n"
    began = time.monotonic()
    assert [answer.status for answer in exchange(shared_server.port, content * 4)] == [200] * 4
    assert time.monotonic() - began < 2


def test_a_long_target_is_a_long_header(shared_server: RunningServer) -> None:
    for size, status in ((20_000, 404), (40_000, 431)):
        content = line(b"GET /" + b"a" * size + b" HTTP/1.1")
        assert [answer.status for answer in exchange(shared_server.port, content)] == [status]
