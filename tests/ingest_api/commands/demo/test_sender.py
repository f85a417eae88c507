"""Each batch is sent until the server has it, and the server's pace is kept."""

from __future__ import annotations

import ipaddress
import re
import threading
from collections.abc import Iterator
from datetime import date

import pytest

from ingest_api.commands.demo.batches import Batch, batches
from ingest_api.commands.demo.generator import History, Origin
from ingest_api.commands.demo.period import period_up_to
from ingest_api.commands.demo.places import Place
from ingest_api.commands.demo.sender import (
    FAILING_PATIENCE_S,
    LONGEST_BACKOFF_S,
    LONGEST_PAUSE_S,
    Answer,
    Sender,
    SendError,
    origin_headers,
)
from tests.ingest_api.commands.demo.conftest import NOW
from tests.ingest_api.commands.demo.recording_server import RecordingServer, Reply
from tests.server import free_port

UNAVAILABLE = Reply(503, {"Retry-After": "2"}, b'{"error":"log_unavailable","message":""}')


def limited(seconds: str) -> Reply:
    return Reply(429, {"Retry-After": seconds}, b'{"error":"rate_limited","message":""}')


class Sending:
    """A sender whose pauses are noted and not waited for."""

    def __init__(self, server: RecordingServer) -> None:
        self.told: list[str] = []
        self.pauses: list[float] = []
        self.answers: list[tuple[Batch, Answer]] = []
        self.sender = Sender(server.url, self.told.append, self.pause)

    def pause(self, seconds: float) -> bool:
        self.pauses.append(seconds)
        return False

    def send(self, *sent: Batch) -> None:
        self.sender.send(sent, lambda batch, answer: self.answers.append((batch, answer)))


@pytest.fixture(scope="module")
def history() -> History:
    """A week of some thousand events."""
    return History(1, 5000, period_up_to(date(2026, 3, 31), 7, NOW))


@pytest.fixture(scope="module")
def batch(history: History) -> Batch:
    """One batch."""
    return next(batches(history.arrivals()))


def test_all_batches_arrive_packed_over_a_few_connections(history: History) -> None:
    with RecordingServer() as server:
        sending = Sending(server)
        sending.send(*batches(history.arrivals()))
    assert sum(answer.accepted for _, answer in sending.answers) == 5000
    assert len(server.events) == 5000
    assert {event["id"] for event in server.events} == {event.id for event in history.events()}
    assert len({request.port for request in server.received}) <= 4
    for request in server.received:
        assert request.headers["Content-Encoding"] == "gzip"
        assert len(request.body) < 64 * 1024
        assert request.wire_bytes < len(request.body)
    assert sending.told == []


def test_a_batch_comes_from_the_country_of_all_its_visitors(history: History) -> None:
    homes = {
        arrival.events[0].anon: (arrival.origin.place.country or "XX", arrival.origin.place.region)
        for arrival in history.arrivals()
    }
    with RecordingServer() as server:
        Sending(server).send(*batches(history.arrivals()))
    for request in server.received:
        named = (request.headers["CF-IPCountry"], request.headers.get("CF-Region-Code"))
        assert {homes[event["anon"]] for event in request.batch} == {named}


def test_each_place_has_a_public_address_of_its_own() -> None:
    headers = [origin_headers(Origin(Place("DE", None, 1.0), number)) for number in range(600)]
    addresses = [header["X-Forwarded-For"] for header in headers]
    assert all(ipaddress.ip_address(address).is_global for address in addresses)
    assert len(set(addresses)) == len(set(addresses[:254])) == 254


def test_the_same_batch_is_sent_again_after_503(batch: Batch) -> None:
    with RecordingServer(UNAVAILABLE, UNAVAILABLE) as server:
        sending = Sending(server)
        sending.send(batch)
    assert [request.body for request in server.received] == [batch.body] * 3
    assert [answer.accepted for _, answer in sending.answers] == [batch.events]
    assert sending.pauses == [2, 2]
    assert len(sending.told) == 1
    assert "503 log_unavailable" in sending.told[0]


def test_the_same_batch_is_sent_again_when_the_connection_is_lost(batch: Batch) -> None:
    with RecordingServer(Reply(None), Reply(None)) as server:
        sending = Sending(server)
        sending.send(batch)
    assert [request.body for request in server.received] == [batch.body] * 3
    assert sending.pauses == [0.5, 1]


def test_a_limited_sender_waits_as_long_as_it_is_asked_to(batch: Batch) -> None:
    with RecordingServer(limited("7")) as server:
        sending = Sending(server)
        sending.send(batch)
    assert sending.pauses == [7]
    assert re.search(r"429 rate_limited.*7 s", sending.told[0])
    assert [answer.accepted for _, answer in sending.answers] == [batch.events]


def test_a_pause_is_really_waited_for(batch: Batch) -> None:
    with RecordingServer(limited("1")) as server:
        Sender(server.url, lambda _: None).send([batch], lambda *_: None)
    first, second = server.received
    assert second.at - first.at >= 1


@pytest.mark.parametrize("seconds", ["86400", "soon", "-5", "Wed, 21 Oct 2026 07:28:00 GMT"])
def test_a_pause_is_bounded_whatever_is_asked_for(batch: Batch, seconds: str) -> None:
    with RecordingServer(limited(seconds)) as server:
        sending = Sending(server)
        sending.send(batch)
    assert 0 < sending.pauses[0] <= LONGEST_PAUSE_S


def test_a_server_that_goes_on_failing_is_given_up(batch: Batch) -> None:
    with RecordingServer(*[UNAVAILABLE] * 100) as server:
        sending = Sending(server)
        with pytest.raises(SendError, match=r"503 log_unavailable.*nothing is stored twice"):
            sending.send(batch)
    assert FAILING_PATIENCE_S - LONGEST_BACKOFF_S < sum(sending.pauses) <= FAILING_PATIENCE_S
    assert max(sending.pauses) <= LONGEST_BACKOFF_S
    assert sending.answers == []


def test_a_refused_batch_ends_the_sending(batch: Batch) -> None:
    refusal = Reply(400, {}, b'{"error":"schema_unsupported","message":""}')
    with RecordingServer(refusal) as server:
        sending = Sending(server)
        with pytest.raises(SendError, match="400 schema_unsupported"):
            sending.send(batch)
    assert sending.pauses == []


def test_a_foreign_answer_ends_the_sending(batch: Batch) -> None:
    with (
        RecordingServer(Reply(200, {}, b"<html>")) as server,
        pytest.raises(SendError, match="can't be parsed"),
    ):
        Sending(server).send(batch)


def test_sending_can_be_stopped_while_the_server_hangs(batch: Batch) -> None:
    def interrupted() -> Iterator[Batch]:
        yield batch
        assert server.has_request.wait(10)
        raise KeyboardInterrupt

    with RecordingServer(hangs=True) as server:
        threads = threading.active_count()
        sending = Sending(server)
        with pytest.raises(KeyboardInterrupt):
            sending.sender.send(interrupted(), lambda *_: None)
        assert sending.told == []
        assert threading.active_count() <= threads + 1  # the server's, which still hangs


def test_an_absent_server_has_its_own_error() -> None:
    url = f"http://127.0.0.1:{free_port()}"
    with pytest.raises(SendError, match=rf"{url}.*make run"):
        Sender(url, print).check()
    with RecordingServer() as server:
        Sender(server.url, print).check()


def test_another_program_at_the_address_is_recognised() -> None:
    with RecordingServer(health=404) as server, pytest.raises(SendError, match=r"404.*--url"):
        Sender(server.url, print).check()


@pytest.mark.parametrize("url", ["", "127.0.0.1:8088", "ftp://host", "http://", "http://h:port"])
def test_an_invalid_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="--url"):
        Sender(url, print)


def test_a_server_behind_a_path_is_reached(batch: Batch) -> None:
    with RecordingServer() as server:
        Sender(f"{server.url}/telemetry/", print).send([batch], lambda *_: None)
    assert len(server.received) == 1
