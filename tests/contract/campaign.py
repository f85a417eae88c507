"""Send bodies to a server, record what it acknowledges, and compare it with what is stored."""

from __future__ import annotations

import hmac
import http.client
import json
import math
import zlib
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, NamedTuple

import psycopg
from hypothesis import HealthCheck, given, settings

from ingest_api.events.contract import COLUMNS, ERROR_CODES
from tests.contract.bodies import Body, bodies
from tests.keyed_hashes import session_of, visitor_of
from tests.server import RunningServer

SALT = "a secret of the tests"
REFUSALS = {
    400: {"invalid_json", "invalid_body", "invalid_encoding", "schema_unsupported"},
    413: {"body_too_large"},
}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
STORED = """
    select (extract(epoch from t) * 1000)::bigint, replace(anon::text, '-', ''), id, evt, os, ext,
        vscode, country, replace(session_id::text, '-', ''), duration_ms, wait_ms_total, exit_code,
        scanner_usage, truncated_output, out_bytes_bucket, error_phase, exception_hash, m::text
    from telemetry.events
"""
ROLLUPS = ("days", "hours", "visitor_days")


class Stored(NamedTuple):
    """An event as the database should have it, without its time and id."""

    anon: str
    evt: str
    os: str
    ext: str
    vscode: str
    session: str | None
    m: str  # what was sent in `m`, in canonical form


class Campaign:
    """Bodies sent to one server with its own database."""

    def __init__(self, server: RunningServer) -> None:
        """Take a server that was started with `SALT`."""
        self.sent = self.accepted = self.skipped = self.refused = 0
        self._server = server
        self._connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        self._expected: dict[Stored, list[Decimal]] = defaultdict(list)
        # with a client's id, the same delivery is stored once: as any of those that were sent
        self._deliveries: dict[tuple[str, int], list[tuple[Stored, Decimal]]] = defaultdict(list)

    def run(self, examples: int, *, always_the_same: bool = False) -> None:
        """Send bodies and compare. Raises AssertionError with the differences."""

        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            derandomize=always_the_same,
            suppress_health_check=list(HealthCheck),
        )
        @given(bodies)
        def send(body: Body) -> None:
            self.send(body)

        send()
        self.compare()

    def send(self, body: Body) -> None:
        """Send a body and record what is acknowledged. Raises AssertionError on a wrong answer."""
        headers = {"Content-Encoding": "gzip"} if body.gzipped else {}
        self._connection.request("POST", "/t", body.content, headers)
        response = self._connection.getresponse()
        answer = json.loads(response.read())
        self.sent += 1
        if response.status != 200:
            assert not body.is_good, answer
            assert answer["error"] in REFUSALS.get(response.status, ()), (response.status, answer)
            assert answer["message"] == ERROR_CODES[answer["error"]]
            self.refused += 1
            return
        events = read(body)
        skipped = {error["index"]: error["error"] for error in answer.get("errors", [])}
        assert len(skipped) == answer["skipped"] <= 20
        assert answer["accepted"] + answer["skipped"] == len(events)
        assert all(ERROR_CODES[code] for code in skipped.values())
        assert not (body.is_good and skipped), answer
        self.skipped += len(skipped)
        for index, event in enumerate(events):
            if index not in skipped:
                self._keep(event)

    def _keep(self, event: dict[str, Any]) -> None:
        self.accepted += 1
        stored = as_stored(event)
        client_id = event.get("id")
        if client_id is None:
            self._expected[stored].append(time_of(event["t"]))
        else:
            delivery = (stored.anon, delivery_of(client_id))
            self._deliveries[delivery].append((stored, time_of(event["t"])))

    def compare(self) -> None:
        """Compare what was acknowledged with what is stored."""
        self._connection.close()
        server = self._server
        server.settle()
        assert server.metric("telemetry_rejected_events_total") == 0
        assert "Traceback" not in server.log_text()
        assert server.database is not None
        found: dict[Stored, list[Decimal]] = defaultdict(list)
        with psycopg.connect(server.database) as connection:
            rows = connection.execute(STORED.encode()).fetchall()
            for t, anon, delivery, *values in rows:
                stored = from_row(anon, values)
                if sent := self._deliveries.get((anon, delivery)):
                    # of two times within the same ms, either may be stored
                    fitting = [each for each in sent if each[0] == stored and near(each[1], t)]
                    assert fitting, f"stored {stored} at {t}, sent {sent}"
                else:
                    found[stored].append(Decimal(t))
            for rollup in ROLLUPS:
                query = f"select coalesce(sum(events), 0)::int from telemetry.{rollup}".encode()
                assert connection.execute(query).fetchone() == (len(rows),), rollup
        missing = {stored: times for stored, times in self._expected.items() if stored not in found}
        assert not missing, f"sent, but not stored: {list(missing.items())[:3]}"
        for stored, times in found.items():
            sent_times = self._expected.get(stored, [])
            assert len(times) == len(sent_times), f"sent {sent_times}, stored {times}: {stored}"
            assert all(map(near, sorted(sent_times), sorted(times))), (stored, sent_times, times)
        deliveries = {
            (anon, delivery, int(t))
            for (anon, delivery), sent in self._deliveries.items()
            for _, t in sent
        }
        assert len(rows) - sum(map(len, found.values())) == len(deliveries)


def read(body: Body) -> list[Any]:
    """Return the events in a body."""
    content = body.content
    if body.gzipped:
        content = zlib.decompress(content, wbits=31)
    # unreadable parts can only be under unknown keys, which are ignored; if they were elsewhere,
    # what is stored would differ
    text = content.decode("utf-8-sig", "surrogatepass" if _is_text(content) else "replace")
    found = json.loads(text, parse_int=_whole_number)
    events: list[Any] = found.get("batch", [found])
    return events


def _whole_number(digits: str) -> int:
    return int(digits) if len(digits.lstrip("-")) <= 4300 else 0


def _is_text(content: bytes) -> bool:
    try:
        content.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True


def as_stored(event: dict[str, Any]) -> Stored:
    """Return what the database should have of an event."""
    m = dict(event.get("m") or {})
    m.pop("sessionId", None)
    return Stored(
        visitor_of(event, SALT),
        event["evt"],
        event.get("os") or "unknown",
        event.get("ext") or "0.0.0",
        event.get("vscode") or "0.0.0",
        session_of(event, SALT),
        spell(m),
    )


def from_row(anon: str, values: list[Any]) -> Stored:
    """Return the same for a row, with its columns moved back into `m`."""
    evt, os, ext, vscode, country, session, *columns, m = values
    assert country is None
    back = json.loads(m, parse_int=Decimal, parse_float=Decimal) if m else {}
    for key, value in zip(COLUMNS, columns, strict=True):
        if value is not None:
            back.setdefault(key, value)
    return Stored(anon, evt, os, ext, vscode, session, spell(back))


def spell(value: Any) -> str:
    """Return a JSON value in canonical form: numbers by value, keys in order."""
    return json.dumps(list(_spelled(value)))


def _spelled(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield "{"
        for key in sorted(value):
            yield json.dumps(key)
            yield from _spelled(value[key])
        yield "}"
    elif isinstance(value, list):
        yield "["
        for part in value:
            yield from _spelled(part)
        yield "]"
    elif value is None or isinstance(value, bool | str):
        yield json.dumps(value)
    else:
        exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
        sign, digits, exponent = exact.as_tuple()
        text = "".join(map(str, digits)).lstrip("0")
        stripped = text.rstrip("0")
        assert isinstance(exponent, int)
        yield f"{'-' * sign}{stripped}e{exponent + len(text) - len(stripped)}" if text else "0"


def delivery_of(client_id: str | int) -> int:
    """Return the number that identifies a repeated delivery."""
    kind = "s" if isinstance(client_id, str) else "n"
    digest = hmac.digest(SALT.encode(), f"id:{kind}:{client_id}".encode(), "sha256")
    return int.from_bytes(digest[:8]) >> 1


def time_of(t: Any) -> Decimal:
    """Return an event's `t` in ms since 1970, with fractions."""
    if isinstance(t, str):
        try:
            t = Decimal(t if len(t) != 8 or not t.isdecimal() else "a date")
        except ArithmeticError:
            time = datetime.fromisoformat(t)
            elapsed = (time if time.tzinfo else time.replace(tzinfo=UTC)) - EPOCH
            seconds = elapsed.days * 86_400 + elapsed.seconds
            return Decimal(seconds * 1000 + elapsed.microseconds // 1000)
    exact = Decimal(repr(t)) if isinstance(t, float) else Decimal(t)
    ms = exact * 1000 if exact < 4_133_980_800 else exact
    return Decimal(math.floor(ms + Decimal("0.0005")))


def near(sent: Decimal, stored: int | Decimal) -> bool:
    """Return whether times are equal, within a double's precision."""
    return abs(sent - stored) <= 1
