"""The event contract: what a client may send, and the log line that it becomes.

Each field is defined only here; validation, the tests and the error codes in docs/api.md use it.
CONTRIBUTING.md lists what else a new field needs.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any, Final

from msgspec import Meta, Struct

SCHEMA: Final = "jwc.v1"

# Every value of "error", with its meaning. The codes of single events are in the "errors" of a 200;
# each of the others is an answer of its own.
ERROR_CODES: Final = {
    "invalid_event": "The event is not a JSON object.",
    "invalid_anon": "`anon` must be a string of 1 to 128 characters.",
    "invalid_evt": "`evt` must be 1 to 64 of A-Z a-z 0-9 . _ : - and start with a letter.",
    "invalid_t": "`t` must be a time from 1973 on: ms or s since 1970, or ISO 8601.",
    "future_t": "`t` is more than a day ahead of the server's clock.",
    "expired_t": "`t` is older than `RETENTION_DAYS` allows.",
    "invalid_os": "`os` must be a string of at most 30 characters.",
    "invalid_ext": "`ext` must be a string of at most 30 characters.",
    "invalid_vscode": "`vscode` must be a string of at most 30 characters.",
    "invalid_m": "`m` must be null or an object, at most 100 levels deep and without numbers of "
    "more than 4300 digits or beyond 1.8e308.",
    "invalid_id": "`id` must be a string of 1 to 128 characters or an integer.",
    "invalid_sessionId": "`sessionId` must be a string of at most 128 characters.",
    "invalid_text": "Text must not contain NUL or half of a surrogate pair.",
    "unexamined": "The body has 100 bad events before this one. Fix those first.",
    "schema_unsupported": f'`schema` must be "{SCHEMA}".',
    "invalid_json": "The body must be JSON in UTF-8.",
    "invalid_body": 'The body must be an object: one event, or {"schema", "batch": [events]}.',
    "invalid_encoding": "Content-Encoding must be gzip or none, and must match the body.",
    "body_too_large": "The body may have at most 64 KiB, uncompressed. Send smaller batches.",
    "headers_too_large": "The request line and the headers may have at most 32 KiB.",
    "rate_limited": "Too many requests or events from this address. Wait for Retry-After seconds.",
    "log_unavailable": "Events can't be written now. None were stored: retry later.",
    "bad_range": "`from` and `to` must be days, YYYY-MM-DD, in order, and cover at most 3660 days.",
    "db_unavailable": "The database can't be reached. Events are still accepted.",
    "not_found": "Unknown path. See docs/api.md for the endpoints.",
    "method_not_allowed": "This path does not support that method. See the Allow header.",
    "bad_request": "The request is not well-formed HTTP.",
    "internal_error": "Internal error. See the server's log.",
}

Anon = Annotated[str, Meta(min_length=1, max_length=128)]
EventName = Annotated[str, Meta(pattern=r"^[A-Za-z][A-Za-z0-9._:-]{0,63}\Z")]
Label = Annotated[str, Meta(max_length=30)]
DeliveryId = Annotated[str, Meta(min_length=1, max_length=128)]
SessionId = Annotated[str, Meta(max_length=128)]


class Event(Struct):
    """One event as a client sends it. Unknown keys are ignored."""

    anon: Anon
    evt: EventName
    t: int | float | str
    os: Label | None = None
    ext: Label | None = None
    vscode: Label | None = None
    m: dict[str, Any] | None = None
    id: DeliveryId | int | None = None
    sessionId: SessionId | None = None  # noqa: N815 - the clients' spelling


class LogLine(Struct, omit_defaults=True):
    """One event as it is logged, and loaded by `sql/load/parse.sql`."""

    id: int  # 63 bits: of the client's id, else random
    t: int  # ms since 1970
    anon: str  # 32 hex digits, a keyed hash
    evt: str
    os: str
    ext: str
    vscode: str
    at: int  # when it arrived, ms since 1970
    country: str | None = None
    region: str | None = None
    session_id: str | None = None  # 32 hex digits, a keyed hash
    duration_ms: int | None = None
    wait_ms_total: int | None = None
    exit_code: int | None = None
    scanner_usage: bool | None = None
    truncated_output: bool | None = None
    out_bytes_bucket: str | None = None
    error_phase: str | None = None
    exception_hash: str | None = None
    m: dict[str, Any] | None = None


DEFAULTS: Final = {"os": "unknown", "ext": "0.0.0", "vscode": "0.0.0"}

INT4_MIN, INT4_MAX = -(2**31), 2**31 - 1


def _integer(value: Any, lowest: int = INT4_MIN) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if not INT4_MIN - 1 < value < INT4_MAX + 1:  # before rounding, which fails for infinity
        return None
    rounded = round(value)
    return rounded if lowest <= rounded <= INT4_MAX else None


def _natural(value: Any) -> int | None:
    return _integer(value, lowest=0)


def _boolean(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _short_text(value: Any) -> str | None:
    return value if isinstance(value, str) and 0 < len(value) <= 128 else None


# The keys of `m` that have a column: key -> (column, conversion, which returns None for misfits)
COLUMNS: Final[dict[str, tuple[str, Callable[[Any], Any]]]] = {
    "durationMs": ("duration_ms", _natural),
    "waitMsTotal": ("wait_ms_total", _natural),
    "exit": ("exit_code", _integer),
    "scannerUsage": ("scanner_usage", _boolean),
    "truncatedOutput": ("truncated_output", _boolean),
    "cumulativeBytesBucket": ("out_bytes_bucket", _short_text),
    "phase": ("error_phase", _short_text),
    "exceptionHash": ("exception_hash", _short_text),
}


def session_text(value: Any) -> str | None:
    """Return a session id as text, to be hashed. A number becomes its digits.

    None if it is neither a number nor text.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return str(value) or None


def move_to_columns(m: dict[str, Any], line: LogLine) -> None:
    """Move the values of `m` that fit into the columns of `line`; the rest stays in `m`.

    `sessionId` is not among them: it was taken out of `m` before, to be hashed. A value with a
    fraction is rounded in the column and kept in `m`.
    """
    for key in COLUMNS.keys() & m.keys():
        column, convert = COLUMNS[key]
        value = convert(m[key])
        if value is None or getattr(line, column) is not None:
            continue
        setattr(line, column, value)
        if value == m[key]:
            del m[key]
    line.m = m or None


# how far a client's clock may be ahead of the server's
AHEAD_MS: Final = 86_400_000
FIRST_SECOND: Final = 94_694_400  # 1973-01-01
END_SECOND: Final = 4_133_980_800  # 2101-01-01
# eight digits are a date
NUMBER = re.compile(r"(?![0-9]{8}\Z)[+-]?[0-9]{1,20}(\.[0-9]*)?\Z")


def milliseconds(t: int | float | str) -> int | None:
    """Return the time in ms since 1970, or None if it is not from 1973 to 2100.

    A number from 94,694,400 up to 4,133,980,800 is in seconds, one from 94,694,400,000 up to
    4,133,980,800,000 in ms. The ranges don't overlap, so units can't be confused; any other number
    is invalid. A string is such a number, or ISO 8601 (UTC if it has no zone). A string of eight
    digits is a date: `20260101`.
    """
    if isinstance(t, str):
        if not NUMBER.match(t):
            return _parse_iso(t)
        t = float(t) if "." in t else int(t)
    if FIRST_SECOND <= t < END_SECOND:
        # 0.0005 more, since 1640995200.123 * 1000 is just below the whole millisecond
        return math.floor(t * 1000 + 0.0005)
    return math.floor(t) if FIRST_SECOND * 1000 <= t < END_SECOND * 1000 else None


def _parse_iso(text: str) -> int | None:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    if time.tzinfo is None:
        time = time.replace(tzinfo=UTC)
    try:
        elapsed = time - datetime(1970, 1, 1, tzinfo=UTC)
    except OverflowError:
        return None
    ms = (elapsed.days * 86_400 + elapsed.seconds) * 1000 + elapsed.microseconds // 1000
    return ms if FIRST_SECOND * 1000 <= ms < END_SECOND * 1000 else None
