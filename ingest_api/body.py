"""Read a request's body into log lines."""

from __future__ import annotations

import json
import math
import random
import re
import zlib
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import msgspec
from msgspec import UNSET, Struct, UnsetType

from ingest_api.anonymise import Anonymiser
from ingest_api.errors import RequestError
from ingest_api.event import (
    AHEAD_MS,
    DEFAULTS,
    SCHEMA,
    Event,
    LogLine,
    milliseconds,
    move_to_columns,
    session_text,
)
from ingest_api.geo import Place
from ingest_api.retention import first_kept_ms

MAX_BODY_BYTES = 64 * 1024
# what programs that read `m` can follow, with their own stacks
MAX_DEPTH = 100
CONTAINERS = frozenset((dict, list))
# PostgreSQL's text has no NUL, and UTF-8 no half of a surrogate pair
UNSTORABLE = re.compile("[\0\ud800-\udfff]")


class Skipped(NamedTuple):
    """An event that was not accepted: its place in the batch, and the code of the reason."""

    position: int
    error: str


class Reading(NamedTuple):
    """What a body holds."""

    lines: list[LogLine]
    skipped: list[Skipped]


class BatchBody(Struct):
    schema: Any = None
    batch: list[Event] | UnsetType = UNSET


class SingleBody(Event):
    schema: Any = None
    batch: Any = UNSET  # its name may be written with escapes


decode_batch = msgspec.json.Decoder(BatchBody).decode
decode_single = msgspec.json.Decoder(SingleBody).decode


def inflate(body: bytes) -> bytes:
    """Return the content of a gzip body. Raises RequestError past 64 KiB, or where it is broken."""
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

    def read(self, body: bytes, place: Place, now_ms: int) -> Reading:
        """Validate the event or batch in `body`; `now_ms` and `place` go on each line.

        Raises RequestError where the body as a whole can't be used.
        """
        events = self._decode(body)
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

    def _decode(self, body: bytes) -> Sequence[Event | str]:
        """Return the events, with a code in the place of each that can't be used."""
        if b"\\u0000" not in body:
            # the usual case, in one pass; whatever is wrong is then found out the slow way
            try:
                if b'"batch"' in body:
                    batch = decode_batch(body)
                    if batch.schema == SCHEMA and batch.batch is not UNSET:
                        return batch.batch
                else:
                    event = decode_single(body)
                    if event.schema == SCHEMA and event.batch is UNSET:
                        return [event]
            except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
                pass
        return examine(body)


def examine(body: bytes) -> list[Event | str]:
    """Find out what is wrong: return the events, a code in the place of each bad one.

    Raises RequestError where the body as a whole can't be used.
    """
    try:
        text = body.decode("utf-8-sig", "surrogatepass")
        content = json.loads(text, parse_int=_whole_number, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise RequestError(400, "invalid_json") from None
    if not isinstance(content, dict):
        raise RequestError(400, "invalid_body")
    if content.get("schema") != SCHEMA:
        raise RequestError(400, "schema_unsupported", expected=SCHEMA)
    batch = content.get("batch", UNSET)
    if batch is UNSET:
        return [check(content)]
    if not isinstance(batch, list):
        raise RequestError(400, "invalid_body")
    return [check(item) for item in batch]


def check(item: Any) -> Event | str:
    """Return the event in a JSON value, else the code of what is wrong with it."""
    if not isinstance(item, dict):
        return "invalid_event"
    if any(isinstance(part, str) and UNSTORABLE.search(part) for part in _parts(item)):
        return "invalid_text"
    for field in msgspec.structs.fields(Event):
        try:
            if field.name in item:
                msgspec.convert(item[field.name], field.type)
            elif field.required:
                return f"invalid_{field.name}"
        except msgspec.ValidationError:
            return f"invalid_{field.name}"
    if any(isinstance(part, float) and math.isinf(part) for part in _parts(item.get("m"))):
        return "invalid_m"
    return msgspec.convert(item, Event)


def _parts(value: Any) -> Iterator[Any]:
    """Yield every key and value in a JSON value, itself included."""
    waiting = [value]
    while waiting:
        part = waiting.pop()
        yield part
        if isinstance(part, dict):
            waiting += part
            waiting += part.values()
        elif isinstance(part, list):
            waiting += part


def is_too_deep(m: dict[str, Any]) -> bool:
    """Return whether objects and lists lie in each other more than 100 deep, `m` included."""
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


def _whole_number(digits: str) -> int | float:
    """Return a number, infinity for one that is longer than Python reads."""
    try:
        return int(digits)
    except ValueError:
        return math.inf


def _no_number(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")
