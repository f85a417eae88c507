"""Request smuggling: no request hides in another's body, directly or behind nginx."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.nginx import running_nginx
from tests.server import RunningServer
from tests.wire import Wire, body, exchange, length, request

# nginx hides /metrics from the public: only a smuggled request gets there
HIDDEN = request(line=b"GET /metrics HTTP/1.1")
CHUNKED = b"Transfer-Encoding: chunked"
END = b"0\r\n\r\n"
OBFUSCATED = (
    *(b"Transfer-Encoding: xchunked", b"Transfer-Encoding : chunked"),
    b"Transfer_Encoding: chunked",
    *(b"Transfer-Encoding:\tchunked", b"Transfer-Encoding:\x0bchunked"),
    *(b" Transfer-Encoding: chunked", b"X: y\nTransfer-Encoding: chunked"),
    *(b"Transfer-Encoding\n: chunked", b"tRANSFER-ENCODING: chunked"),
    b"Transfer-Encoding: CHUNKED",
    *(b"Transfer-Encoding:\r\n chunked", b"Transfer-Encoding: chunked\r\nTransfer-Encoding: x"),
    b"Transfer-Encoding: x\r\nTransfer-Encoding: chunked",
    *(b"Transfer-Encoding: chunked, identity", b"Transfer-Encoding: chunked\xa0"),
    *(b'Transfer-Encoding: "chunked"', b"Transfer-Encoding: chunked;", b"Transfer-Encoding: "),
)


def hiding(header: bytes) -> list[bytes]:
    """Return requests that hide another from a parser that uses only the length or the chunks."""
    in_chunks = b"%x\r\n%s\r\n0\r\n\r\n" % (len(HIDDEN), HIDDEN)
    return [
        # the first parser uses the length, the second the chunks; and vice versa
        request(length(END + HIDDEN), header, body=END + HIDDEN),
        request(header, length(END + HIDDEN), body=END + HIDDEN),
        request(b"Content-Length: 4", header, body=in_chunks),
        request(header, b"Content-Length: 4", body=in_chunks),
    ]


ATTACKS = [
    *(attack for header in (CHUNKED, *OBFUSCATED) for attack in hiding(header)),
    request(b"Content-Length: 0", length(HIDDEN), body=HIDDEN),
    request(length(HIDDEN), b"Content-Length: 0", body=HIDDEN),
    request(b"Content-Length: 0, %d" % len(HIDDEN), body=HIDDEN),
    request(b"Content-Length: +0", body=HIDDEN),
    request(b"Content-Length : %d" % len(HIDDEN), body=HIDDEN),
    request(b"Content-Length: 0\r\n %d" % len(HIDDEN), body=HIDDEN),
    request(b"Content_Length: 0", length(HIDDEN), body=HIDDEN),
    request(CHUNKED, body=b"0\n\r\n" + HIDDEN),
    request(CHUNKED, body=b"2;a\nXX\r\n0\r\n\r\n" + HIDDEN),
    request(CHUNKED, body=b"2;\nXX\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(HIDDEN), HIDDEN)),
    request(CHUNKED, body=b"0\r\nContent-Length: 5\r\n\r\n"),
    request(CHUNKED, body=b"0\r\nX: y\n\n" + HIDDEN),
    request(length(HIDDEN), b"Expect: 100-continue", body=HIDDEN),
    request(b"Content-Length: 0", b"Expect: 100-continue"),
    request(b"Connection: Content-Length", length(HIDDEN), body=HIDDEN),
    request(b"Upgrade: h2c", b"Connection: Upgrade, HTTP2-Settings", b"HTTP2-Settings: AA"),
    request(length(HIDDEN), body=HIDDEN, line=b"GET /health HTTP/1.1"),
    request(length(HIDDEN), body=HIDDEN, line=b"GET /health HTTP/1.0"),
    request(CHUNKED, body=END + b"GET /metrics HTTP/1.1\r\nX: ", line=b"POST /t HTTP/1.0"),
]


def is_of_metrics(answer: bytes) -> bool:
    """Return whether an answer comes from the hidden path."""
    return b"telemetry_" in answer


@pytest.fixture(scope="module", params=[False, True], ids=["as documented", "keeping connections"])
def nginx(
    shared_server: RunningServer,
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> Iterator[int]:
    """The port of nginx in front of the server."""
    folder: Path = tmp_path_factory.mktemp("nginx")
    with running_nginx(folder, shared_server.port, keep_connections=request.param) as port:
        yield port


def test_the_hidden_path_exists(shared_server: RunningServer, nginx: int) -> None:
    assert is_of_metrics(exchange(shared_server.port, HIDDEN)[0].body)
    assert [answer.status for answer in exchange(nginx, HIDDEN)] == [404]


def test_no_request_hides_in_another_behind_nginx(nginx: int) -> None:
    wrong = []
    for attack in ATTACKS:
        answers = exchange(nginx, attack)
        # the next client, on a connection that the attacker's request may have used
        event = body()
        with Wire(nginx) as victim:
            answer = victim.send(request(length(event), body=event)).answer()
        if (
            any(is_of_metrics(answer.body) for answer in answers)
            or answer.status != 200
            or json.loads(answer.body) != {"ok": True, "accepted": 1, "skipped": 0}
        ):
            wrong.append((attack, [answer.status for answer in answers], answer.status))
    assert not wrong
    assert requests.get(f"http://127.0.0.1:{nginx}/health", timeout=10).ok


def test_a_length_beside_chunks_is_refused_directly(shared_server: RunningServer) -> None:
    for attack in hiding(CHUNKED):
        (answer,) = exchange(shared_server.port, attack)
        assert (answer.status, answer.word) == (400, "bad_request")
