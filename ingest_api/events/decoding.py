"""Decode a body's events in C, and find out why events fail.

The cost of a body is bounded: msgspec decodes each event at most twice, and at most `MOST_EXAMINED`
events of a body are examined in Python.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType

from ingest_api.events.contract import SCHEMA, Event
from ingest_api.events.errors import RequestError

# examining an event takes about 10 µs, and longer for a large one
MOST_EXAMINED: Final = 100
SHORTEST_EVENT: Final = len('{"anon":"a","evt":"a","t":1}')
# PostgreSQL's text can't contain NUL, and UTF-8 can't contain half of a surrogate pair
UNSTORABLE: Final = re.compile("[\0\ud800-\udfff]")
BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
NUL: Final = rb"\u0000"
# after an odd number of backslashes: in an even number, each pair is an escaped backslash
ESCAPED_NUL: Final = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
SURROGATE: Final = re.compile(rb"\\u[dD][89a-fA-F]|\xed[\xa0-\xbf]")
# a surrogate pair, a lone surrogate, and every other escape, so that no match starts inside one
PAIR: Final = rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
LONE: Final = rb"\\u[dD][89a-fA-F][0-9a-fA-F]{2}|\xed[\xa0-\xbf][\x80-\xbf]"
ESCAPES: Final = re.compile(rb"(%b|(?:\\(?!u[dD][89a-fA-F]).)+)|%b" % (PAIR, LONE), re.DOTALL)


NOTHING: Final = Raw()


class BatchBody(Struct):
    schema: Any = None
    batch: list[Event] | UnsetType = UNSET


class SingleBody(Event):
    schema: Any = None
    batch: Raw = NOTHING  # the key may be written with escapes


class Parts(Struct):
    schema: Raw = NOTHING
    batch: Raw = NOTHING


decode_batch = msgspec.json.Decoder(BatchBody).decode
decode_single = msgspec.json.Decoder(SingleBody).decode
decode_value = msgspec.json.Decoder(Raw).decode
decode_parts = msgspec.json.Decoder(Parts).decode
decode_list = msgspec.json.Decoder(list[Raw]).decode
decode_text = msgspec.json.Decoder(str).decode
decode_event = msgspec.json.Decoder(Event).decode
FIELDS: Final = msgspec.structs.fields(Event)


def decode_events(body: bytes) -> Sequence[Event | str]:
    """Return a body's events, with an error code in place of each invalid one.

    Raises RequestError if the body itself is invalid.
    """
    if NUL not in body:
        # the usual case, in one pass; errors are examined below
        try:
            if b'"batch"' in body:
                batch = decode_batch(body)
                if batch.schema == SCHEMA and batch.batch is not UNSET:
                    return batch.batch
            else:
                event = decode_single(body)
                if event.schema == SCHEMA and event.batch is NOTHING:
                    return [event]
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            pass
    return list(_decode_each(split(body)))


def split(body: bytes) -> Iterable[bytes]:
    """Return the JSON text of each event, with a NUL in place of each lone surrogate.

    Raises RequestError if the body itself is invalid.
    """
    body = body.removeprefix(BYTE_ORDER_MARK)
    if SURROGATE.search(body):
        body = ESCAPES.sub(lambda found: found[1] or NUL, body)
    try:
        body.decode()
        decode_value(body)
    except (UnicodeDecodeError, msgspec.MsgspecError, RecursionError):
        raise RequestError(400, "invalid_json") from None
    try:
        parts = decode_parts(body)
    except msgspec.ValidationError:
        raise RequestError(400, "invalid_body") from None
    if not _is_supported(parts.schema):
        raise RequestError(400, "schema_unsupported", expected=SCHEMA)
    if parts.batch is NOTHING:
        return [body.strip()]
    try:
        return map(bytes, decode_list(parts.batch))
    except msgspec.ValidationError:
        raise RequestError(400, "invalid_body") from None


def _is_supported(schema: Raw) -> bool:
    try:
        return decode_text(schema) == SCHEMA
    except msgspec.MsgspecError:
        return False


def _decode_each(items: Iterable[bytes]) -> Iterator[Event | str]:
    left = MOST_EXAMINED
    for item in items:
        if not item.startswith(b"{"):
            yield "invalid_event"
            continue
        if len(item) >= SHORTEST_EVENT:
            if NUL in item and ESCAPED_NUL.search(item):
                yield "invalid_text"
                continue
            try:
                yield decode_event(item)
                continue
            except (msgspec.MsgspecError, RecursionError):
                pass
        if left == 0:
            yield "unexamined"
            continue
        left -= 1
        yield examine(item)


def examine(item: bytes) -> Event | str:
    """Return the event in a JSON text, or its error code.

    Raises RequestError if it is nested too deeply to be read.
    """
    try:
        return check(json.loads(item, parse_int=_whole_number))
    except RecursionError:
        raise RequestError(400, "invalid_json") from None


def check(item: Any) -> Event | str:
    """Return the event in a JSON value, or its error code."""
    if not isinstance(item, dict):
        return "invalid_event"
    if any(isinstance(part, str) and UNSTORABLE.search(part) for part in _parts(item)):
        return "invalid_text"
    for field in FIELDS:
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
    """Yield a JSON value and every key and value inside it."""
    waiting = [value]
    while waiting:
        part = waiting.pop()
        yield part
        if isinstance(part, dict):
            waiting += part
            waiting += part.values()
        elif isinstance(part, list):
            waiting += part


def _whole_number(digits: str) -> int | float:
    """Return a whole number, or infinity if it has more digits than Python reads."""
    try:
        return int(digits)
    except ValueError:
        return math.inf
