"""Requests of a round share a sync; none waits for another's slow answer."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import falcon
import pytest

from ingest_api.log.writer import LogUnavailableError, LogWriter
from ingest_api.metrics.meters import Meters
from ingest_api.serving.waitress.loop import begin_stop, create_server, serve
from ingest_api.serving.waitress.rounds import Rounds
from tests.server import wait_until
from tests.wire import Wire, length, request


class SlowLog(LogWriter):
    """A log on a disk that can be held up, and that counts its syncs."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, 1, 1 << 20, time.time, Meters.create(2))
        self.syncs = 0
        self.entered, self.let_go = threading.Event(), threading.Event()
        self.let_go.set()

    def _write(self, content: bytes) -> bool:
        self.syncs += 1
        self.entered.set()
        assert self.let_go.wait(20)
        return super()._write(content)


class Append:
    """Logs the body, and answers with it."""

    def __init__(self, rounds: Rounds) -> None:
        self._rounds = rounds
        self.asked = 0

    def on_post(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Append."""
        body = req.bounded_stream.read()
        self.asked += 1
        try:
            self._rounds.append(body + b"\n")
        except LogUnavailableError:
            resp.status = 503
        resp.data = body


class Slow:
    """Answers when it is let go."""

    def __init__(self) -> None:
        self.entered, self.let_go = threading.Event(), threading.Event()

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Wait."""
        self.entered.set()
        assert self.let_go.wait(20)
        resp.data = b"at last"


class Serving:
    """A server with a route that logs and one that takes its time."""

    def __init__(self, folder: Path) -> None:
        self.log = SlowLog(folder)
        self.slow = Slow()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]

    @contextmanager
    def running(self) -> Iterator[None]:
        """Serve in a thread."""
        thread = threading.Thread(target=self._run)
        thread.start()
        try:
            yield
        finally:
            self.slow.let_go.set()
            begin_stop(wait_until(lambda: getattr(self, "server", None), "the server"))
            thread.join()

    def _run(self) -> None:
        self.rounds = rounds = Rounds(self.log, 2, ["/t"])
        app: falcon.App[falcon.Request, falcon.Response] = falcon.App()
        self.route = Append(rounds)
        app.add_route("/t", self.route)
        app.add_route("/slow", self.slow)
        self.server = create_server(app, self.listener, 2, rounds)
        serve(self.server, rounds, lambda *_: None)


@pytest.fixture
def serving(tmp_path: Path) -> Serving:
    return Serving(tmp_path)


SLOW = request(line=b"GET /slow HTTP/1.1")


def posting(body: bytes) -> bytes:
    return request(length(body), body=body)


def post(wire: Wire, body: bytes) -> None:
    wire.send(posting(body))


def logged(folder: Path) -> list[bytes]:
    return sorted(b"".join(path.read_bytes() for path in folder.glob("*.jsonl")).split())


def test_requests_that_come_while_the_disk_is_busy_share_the_next_sync(
    serving: Serving, tmp_path: Path
) -> None:
    log, bodies = serving.log, [b"%03d" % n for n in range(30)]
    with serving.running(), ExitStack() as stack:
        wires = [stack.enter_context(Wire(serving.port)) for _ in bodies]
        for wire in wires:
            post(wire, b"connected")
            wire.answer()
        log.let_go.clear()
        log.entered.clear()
        before = log.syncs
        post(wires[0], bodies[0])
        assert log.entered.wait(10)
        for wire, body in zip(wires[1:], bodies[1:], strict=True):
            post(wire, body)
        wait_until(lambda: serving.route.asked == 2 * len(bodies), "all requests read")
        wait_until(lambda: not serving.rounds.has_requests(), "the last of them in the log's queue")
        log.let_go.set()
        assert [wire.answer().body for wire in wires] == bodies
        assert log.syncs - before == 2
        assert [line for line in logged(tmp_path) if line != b"connected"] == bodies


def test_a_failed_sync_refuses_every_request_of_the_round(serving: Serving, tmp_path: Path) -> None:
    tmp_path.rmdir()
    with serving.running(), ExitStack() as stack:
        wires = [stack.enter_context(Wire(serving.port)) for _ in range(5)]
        for wire in wires:
            post(wire, b"lost")
        assert [wire.answer().status for wire in wires] == [503] * 5
        tmp_path.mkdir()
        for wire in wires:
            post(wire, b"kept")
        assert [wire.answer().status for wire in wires] == [200] * 5
    assert logged(tmp_path) == [b"kept"] * 5


def test_a_slow_answer_blocks_no_other_and_arrives(serving: Serving) -> None:
    with serving.running(), Wire(serving.port) as slow, Wire(serving.port) as quick:
        slow.send(SLOW)
        assert serving.slow.entered.wait(10)
        post(quick, b"now")
        assert quick.answer().body == b"now"
        serving.slow.let_go.set()
        assert slow.answer().body == b"at last"


def test_requests_of_one_connection_are_answered_in_order(serving: Serving, tmp_path: Path) -> None:
    """Whether the loop or a thread serves them, and when they all come in one piece."""
    serving.slow.let_go.set()
    pieces = [posting(b"%d" % n) for n in range(5)]
    pieces.insert(2, SLOW)
    with serving.running(), Wire(serving.port) as wire:
        wire.send(b"".join(pieces))
        bodies = [wire.answer().body for _ in pieces]
    assert bodies == [b"0", b"1", b"at last", b"2", b"3", b"4"]
    assert logged(tmp_path) == [b"0", b"1", b"2", b"3", b"4"]


def test_more_connections_than_kept_greenlets_are_all_served(
    serving: Serving, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest_api.serving.waitress.rounds.MOST_IDLE", 3)
    with serving.running(), ExitStack() as stack:
        wires = [stack.enter_context(Wire(serving.port)) for _ in range(20)]
        for turn in range(3):
            for wire in wires:
                post(wire, b"%d" % turn)
            assert [wire.answer().body for wire in wires] == [b"%d" % turn] * 20
    assert len(logged(tmp_path)) == 60


def test_a_pipeline_waits_its_turn(serving: Serving, tmp_path: Path) -> None:
    many = 500
    with serving.running(), Wire(serving.port) as greedy, Wire(serving.port) as modest:
        greedy.send(b"".join(posting(b"%d" % n) for n in range(many)))
        assert greedy.answer().body == b"0"
        post(modest, b"modest")
        assert modest.answer().body == b"modest"
        answered = serving.route.asked
        for n in range(1, many):
            assert greedy.answer().body == b"%d" % n
    assert answered < many
