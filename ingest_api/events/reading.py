"""Turn a request's body into log lines."""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable
from typing import Any, NamedTuple

from ingest_api.events.anonymise import Anonymiser
from ingest_api.events.contract import (
    AHEAD_MS,
    DEFAULTS,
    Event,
    LogLine,
    milliseconds,
    move_to_columns,
    session_text,
)
from ingest_api.events.decoding import decode_events
from ingest_api.events.errors import RequestError
from ingest_api.events.expiry import first_kept_ms
from ingest_api.events.geo import Place

MAX_BODY_BYTES = 64 * 1024
# deeper nesting may overflow the stack of programs that read `m`
MAX_DEPTH = 100
CONTAINERS = frozenset((dict, list))


class Skipped(NamedTuple):
    """An event that was not accepted: its position in the batch, and the code of the reason."""

    position: int
    error: str


class Reading(NamedTuple):
    """The log lines and the skipped events of a body."""

    lines: list[LogLine]
    skipped: list[Skipped]


def inflate(body: bytes) -> bytes:
    """Return the content of a gzip body. Raises RequestError if it exceeds 64 KiB or is broken."""
    content, rest = b"", body
    while True:
        inflater = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        try:
            content += inflater.decompress(rest, MAX_BODY_BYTES + 1 - len(content))
        except zlib.error:
            raise RequestError(400, "invalid_encoding") from None
        if len(content) > MAX_BODY_BYTES:
            raise RequestError(413, "body_too_large")
        if not inflater.eof:
            raise RequestError(400, "invalid_encoding")
        if not inflater.unused_data:
            return content
        rest = inflater.unused_data  # gzip content may have several members


class Reader:
    """Turns bodies into log lines."""

    def __init__(
        self,
        anonymiser: Anonymiser,
        random_id: random.Random,
        retention_days: int | None = None,
    ) -> None:
        self._visitor = anonymiser.visitor
        self._session = anonymiser.session
        self._delivery = anonymiser.delivery
        self._getrandbits = random_id.getrandbits
        self._retention_days = retention_days

    def read(
        self,
        body: bytes,
        place: Place,
        now_ms: int,
        admit: Callable[[int], object] = lambda _: None,
    ) -> Reading:
        """Validate the event or batch in `body`; each line gets `now_ms` and `place`.

        `admit` is called with the number of events once it is known, and may raise. Raises
        RequestError if the body itself is invalid.
        """
        events = decode_events(body)
        admit(len(events))
        oldest = first_kept_ms(now_ms, self._retention_days)
        latest = now_ms + AHEAD_MS
        lines: list[LogLine] = []
        skipped: list[Skipped] = []
        for index, event in enumerate(events):
            if isinstance(event, str):
                skipped.append(Skipped(index, event))
                continue
            t = milliseconds(event.t)
            if t is None:
                skipped.append(Skipped(index, "invalid_t"))
                continue
            if t < oldest:
                skipped.append(Skipped(index, "expired_t"))
                continue
            if t > latest:
                skipped.append(Skipped(index, "future_t"))
                continue
            line = self._line(event, t, place, now_ms)
            if line.m and is_too_deep(line.m):
                skipped.append(Skipped(index, "invalid_m"))
                continue
            lines.append(line)
        return Reading(lines, skipped)

    def _line(self, event: Event, t: int, place: Place, now_ms: int) -> LogLine:
        line = LogLine(
            self._getrandbits(63) if event.id is None else self._delivery(event.id),
            t,
            self._visitor(event.anon),
            event.evt,
            event.os or DEFAULTS["os"],
            event.ext or DEFAULTS["ext"],
            event.vscode or DEFAULTS["vscode"],
            now_ms,
            place.country,
            place.region,
        )
        session = event.sessionId
        if event.m:
            session_in_m = session_text(event.m.pop("sessionId", None))
            session = session or session_in_m
            move_to_columns(event.m, line)
        if session:
            line.session_id = self._session(line.anon, session)
        return line


def is_too_deep(m: dict[str, Any]) -> bool:
    """Return whether objects and lists are nested more than 100 levels deep, including `m`."""
    level: list[Any] = [m]
    for _ in range(MAX_DEPTH):
        if CONTAINERS.isdisjoint(map(type, level)):
            return False
        level = [
            part
            for value in level
            if isinstance(value, dict | list)
            for part in (value.values() if isinstance(value, dict) else value)
        ]
    return not CONTAINERS.isdisjoint(map(type, level))
