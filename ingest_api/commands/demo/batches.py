"""Group events into batches for `POST /t`, one place per batch, below the body limit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

import msgspec

from ingest_api.commands.demo.generator import Arrival, Origin
from ingest_api.events.contract import SCHEMA

MAX_EVENTS: Final = 150
MAX_BYTES: Final = 60 * 1024  # the server accepts 64 KiB
DAYS_TOGETHER: Final = 7  # small places have few events: their batches cover up to a week
OPENING: Final = b'{"schema":"%s","batch":[' % SCHEMA.encode()
CLOSING: Final = b"]}"

encode = msgspec.json.Encoder().encode


class Batch(NamedTuple):
    """The body of one request, and its origin."""

    origin: Origin
    events: int
    body: bytes  # JSON


class _Filling:
    """A batch that is being filled."""

    def __init__(self) -> None:
        self.events: list[bytes] = []
        self.size = len(OPENING) + len(CLOSING)

    def has_room(self, event: bytes) -> bool:
        return len(self.events) < MAX_EVENTS and self.size + len(event) + 1 <= MAX_BYTES

    def add(self, event: bytes) -> None:
        self.events.append(event)
        self.size += len(event) + 1

    def batch(self, origin: Origin) -> Batch:
        body = OPENING + b",".join(self.events) + CLOSING
        return Batch(origin, len(self.events), body)


def batches(arrivals: Iterable[Arrival]) -> Iterator[Batch]:
    """Yield the arrivals' events in batches, roughly by time: full ones first, the rest weekly."""
    filling: dict[Origin, _Filling] = {}
    week = 0
    for arrival in arrivals:
        if arrival.day // DAYS_TOGETHER != week:
            yield from _finish(filling)
            week = arrival.day // DAYS_TOGETHER
        for event in arrival.events:
            encoded = encode(event)
            current = filling.setdefault(arrival.origin, _Filling())
            if not current.has_room(encoded):
                yield current.batch(arrival.origin)
                current = filling[arrival.origin] = _Filling()
            current.add(encoded)
    yield from _finish(filling)


def _finish(filling: dict[Origin, _Filling]) -> Iterator[Batch]:
    for origin, last in filling.items():
        yield last.batch(origin)
    filling.clear()
