"""Batches for `POST /t`: of one place each, below the server's limit for a body."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

import msgspec

from ingest_api.commands.demo.generator import Arrival, Origin
from ingest_api.events.contract import SCHEMA

MAX_EVENTS: Final = 150
MAX_BYTES: Final = 60 * 1024  # the server takes 64 KiB
DAYS_TOGETHER: Final = 7  # few come from small places: their batches hold up to a week
OPENING: Final = b'{"schema":"%s","batch":[' % SCHEMA.encode()
CLOSING: Final = b"]}"

encode = msgspec.json.Encoder().encode


class Batch(NamedTuple):
    """The body of one request, and where it comes from."""

    origin: Origin
    events: int
    body: bytes  # JSON


class _Filling:
    """A batch that takes more events."""

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
    """Yield the arrivals' events in batches, roughly in the order of time: week by week, and full
    batches as they fill."""
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
