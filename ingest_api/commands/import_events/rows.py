"""Convert rows of the old table to log lines.

The table has no reliable key, so a row's delivery id is derived from all its columns except `id`
(with the user id hashed) and its number among identical rows. Whenever the table is read again, the
same row gets the same id, and the database keeps it once.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from hashlib import blake2b
from typing import Any, Final

import msgspec
from msgspec import Struct

from ingest_api.events import contract as event
from ingest_api.events.anonymise import Anonymiser
from ingest_api.events.contract import (
    AHEAD_MS,
    DEFAULTS,
    Anon,
    EventName,
    LogLine,
    milliseconds,
    move_to_columns,
    session_text,
)
from ingest_api.events.decoding import check
from ingest_api.events.raw_sessions import hide_sessions

LABEL_LENGTH: Final = 30
COUNTRY: Final = re.compile("[A-Z]{2}")
REGION: Final = re.compile("[A-Z0-9]{1,3}")
# what proxies send for an unknown country, or for Tor
NO_COUNTRY: Final = ("XX", "ZZ", "T1")
NUL: Final = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
encode: Final = msgspec.json.Encoder().encode


class Row(Struct, omit_defaults=True):
    """One row, as row_to_json returns it. Anything that isn't a `Row` can't be imported."""

    t: int | float | str
    anon: Anon
    evt: EventName
    os: str | None = None
    ext: str | None = None
    vscode: str | None = None
    country: str | None = None
    region: str | None = None
    duration_ms: Any = None
    wait_ms_total: Any = None
    exit_code: Any = None
    session_id: Any = None
    out_bytes_bucket: Any = None
    scanner_usage: Any = None
    truncated_output: Any = None
    error_phase: Any = None
    exception_hash: Any = None
    m: dict[str, Any] | str | None = None


COLUMNS: Final = tuple(field.name for field in msgspec.structs.fields(Row))
REQUIRED_COLUMNS: Final = ("t", "anon", "evt")
decode: Final = msgspec.json.Decoder(Row).decode
decode_m: Final = msgspec.json.Decoder(dict[str, Any] | None).decode


class RejectedRowError(Exception):
    """A row that can't become an event.

    `code` is one of `ERROR_CODES`; `row` holds the row's known columns, with the ids of user and
    session hashed.
    """

    def __init__(self, code: str, row: dict[str, Any]) -> None:
        super().__init__(code)
        self.code = code
        self.row = row


class Converter:
    """Converts rows, in order of `t`, to log lines.

    `changes` counts the values that were changed.
    """

    def __init__(self, anonymiser: Anonymiser, now_ms: int) -> None:
        self.changes: Counter[str] = Counter()
        self._visitor = anonymiser.visitor
        self._session = anonymiser.session
        self._digest = anonymiser.row
        self._now_ms = now_ms
        self._t: int | float | str | None = None
        self._seen: dict[bytes, int] = {}

    def line(self, content: bytes) -> bytes:
        """Return a row's log line, with its newline. Raises RejectedRowError if it can't."""
        try:
            row = decode(content)
            t = milliseconds(row.t)
            if t is None or t > self._now_ms + AHEAD_MS:
                raise ValueError("t is out of bounds")
            row.anon = self._visitor(row.anon)
            delivery = self._delivery(row)
            m = decode_m(row.m) if isinstance(row.m, str) and row.m else row.m
            line = LogLine(
                delivery,
                t,
                row.anon,
                row.evt,
                self._label("os", row.os),
                self._label("ext", row.ext),
                self._label("vscode", row.vscode),
                self._now_ms,
            )
            if row.country:
                line.country, line.region = self._place(row.country, row.region)
            m = m or {}
            # the old server stored this twice, too: the column wins
            session_in_m = session_text(m.pop("sessionId", None))
            if session := session_text(row.session_id) or session_in_m:
                line.session_id = self._session(line.anon, session)
            _fill_columns(line, row, m)
            encoded = encode(line)
        # UnicodeDecodeError and msgspec's errors are among the ValueErrors
        except (ValueError, RecursionError):
            raise self._rejection(content) from None
        if b"\\u0000" in encoded and NUL.search(encoded):
            raise self._rejection(content)
        return encoded + b"\n"

    def _delivery(self, row: Row) -> int:
        """Return a 63-bit hash of the row and of how many identical rows came before it."""
        if row.t != self._t:
            self._t = row.t
            self._seen.clear()
        # keyed: the row has the raw session id, which could otherwise be guessed
        digest = self._digest(encode(row))[:16]
        number = self._seen.get(digest, 0)
        self._seen[digest] = number + 1
        if number:
            digest = blake2b(digest + number.to_bytes(8), digest_size=8).digest()
        return int.from_bytes(digest[:8]) >> 1

    def _label(self, name: str, value: str | None) -> str:
        if not value:
            return DEFAULTS[name]
        if len(value) > LABEL_LENGTH:
            self.changes[f"{name} cut to {LABEL_LENGTH} characters"] += 1
            return value[:LABEL_LENGTH]
        return value

    def _place(self, country: str, region: str | None) -> tuple[str | None, str | None]:
        country = country.strip().upper()
        if country in NO_COUNTRY:
            return None, None
        if not COUNTRY.fullmatch(country):
            self.changes["country left out"] += 1
            return None, None
        region = (region or "").strip().upper().removeprefix(f"{country}-")
        if region and not REGION.fullmatch(region):
            self.changes["region left out"] += 1
        return country, region if REGION.fullmatch(region) else None

    def _rejection(self, content: bytes) -> RejectedRowError:
        """Return the error for an invalid row; slower than decoding it."""
        text = content.decode(errors="replace")
        try:
            row = json.loads(text)
        except (ValueError, RecursionError):
            return RejectedRowError("invalid_m", {})
        latest_ms = self._now_ms + AHEAD_MS
        code = _reason(row, latest_ms) if text.encode() == content else "invalid_text"
        anon = row.get("anon")
        row["anon"] = self._visitor(anon) if isinstance(anon, str) and anon else None
        hide_sessions(row, self._session)
        # other columns may hold data that must not be kept here, such as an IP address
        known = {name: row[name] for name in ("id", *COLUMNS) if name in row}
        return RejectedRowError(code, known)


def _fill_columns(line: LogLine, row: Row, m: dict[str, Any]) -> None:
    """Fill the line's typed columns and its `m`.

    The old server stored such values twice, in the column and in `m`. Here each is stored once; a
    value that doesn't fit its column is in `m` alone.
    """
    for key, (column, convert) in event.COLUMNS.items():
        value = getattr(row, column)
        if value is None or value == "":
            continue
        fitting = convert(value)
        if fitting is not None:
            setattr(line, column, fitting)
        if fitting != value:
            m.setdefault(key, value)
        elif key in m and m[key] == value:
            del m[key]
    move_to_columns(m, line)


def _reason(row: dict[str, Any], latest_ms: int) -> str:
    """Return the code of a row's error, from the contract if it has one."""
    item = {**row, "id": None}
    for name in DEFAULTS:
        value = row.get(name)
        item[name] = value[:LABEL_LENGTH] if isinstance(value, str) else value
    if isinstance(item.get("m"), str):
        try:
            item["m"] = json.loads(item["m"] or "null")
        except (ValueError, RecursionError):
            return "invalid_m"
    found = check(item)
    if isinstance(found, str):
        return found
    t = milliseconds(found.t)
    if t is None:
        return "invalid_t"
    return "future_t" if t > latest_ms else "invalid_event"
