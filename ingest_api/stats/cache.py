"""Cache the answers of `GET /stats` until something changes in their window."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Final, NamedTuple

import msgspec
import psycopg

from ingest_api.stats.queries import active_sessions
from sql.statements import statement

MOST_ANSWERS: Final = 32
# clients can invent any number of names; larger answers are not cached
LONGEST_BYTES: Final = 256 << 10


class Kept(NamedTuple):
    """An answer without what depends on the clock, and the fingerprint of its data."""

    fingerprint: tuple[Any, ...]
    answer: bytes


class StatsCache:
    """The newest answers of one process. Safe for threads."""

    def __init__(
        self, collect: Callable[[psycopg.Connection, date, date, datetime], dict[str, Any]]
    ) -> None:
        """Take the function that builds an answer with its fingerprint."""
        self._collect = collect
        self._kept: OrderedDict[tuple[date, date], Kept] = OrderedDict()
        self._lock = threading.Lock()

    def answer(
        self, connection: psycopg.Connection, first: date, last: date, now: datetime
    ) -> bytes:
        """Return the JSON for the UTC days `first` to `last`, with the sessions active at `now`."""
        with self._lock:
            kept = self._kept.get((first, last))
        if kept is not None:
            parameters = {"first": first, "last": last, "now": now}
            with connection.transaction(), connection.pipeline():
                state = connection.execute(statement("queries/stats/fingerprint"), parameters)
                seen = connection.execute(statement("queries/stats/sessions_active"), parameters)
            row = seen.fetchone()
            assert row is not None
            if state.fetchone() == kept.fingerprint:
                return _with_active(kept.answer, active_sessions(connection, row, parameters))
        collected = self._collect(connection, first, last, now)
        fingerprint = tuple(collected.pop("fingerprint"))
        sessions = collected.pop("activeSessions")
        answer = msgspec.json.encode(collected)
        with self._lock:
            self._kept.pop((first, last), None)
            if len(answer) <= LONGEST_BYTES:
                self._kept[first, last] = Kept(fingerprint, answer)
            if len(self._kept) > MOST_ANSWERS:
                self._kept.popitem(last=False)
        return _with_active(answer, sessions)


def _with_active(answer: bytes, sessions: int) -> bytes:
    return b'%s,"activeSessions":%d}' % (answer[:-1], sessions)
