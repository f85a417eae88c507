"""Convert events stored by this product, including version 0.1, back to their log lines.

Visitors are hashed already, and so are sessions, except in version 0.1, which stored them as
clients sent them. An event keeps its delivery id, so the database stores it once, however often it
is imported or loaded from a log.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from ingest_api.commands.import_events.rows import RejectedRowError
from ingest_api.log.format import hashed_line

Fields = dict[str, msgspec.Raw]
decode: Final = msgspec.json.Decoder(Fields).decode
decode_text: Final = msgspec.json.Decoder(str).decode
encode: Final = msgspec.json.Encoder().encode
NULL: Final = msgspec.Raw(b"null")
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND: Final = timedelta(milliseconds=1)
UUIDS: Final = ("anon", "session_id")


class StoredConverter:
    """Converts rows of `telemetry.events` to log lines.

    `session` hashes a visitor's raw session id; None: the sessions are already hashed.
    """

    def __init__(self, session: Callable[[str, str], str] | None, now_ms: int) -> None:
        self.changes: Counter[str] = Counter()  # always empty: stored values fit
        self._session = session
        self._at = msgspec.Raw(str(now_ms).encode())

    def line(self, content: bytes) -> bytes:
        """Return a row's log line, with its newline. Raises RejectedRowError if it can't."""
        try:
            fields = {name: value for name, value in decode(content).items() if value != NULL}
            t = (datetime.fromisoformat(decode_text(fields["t"])) - EPOCH) // MILLISECOND
            hashes = UUIDS[: 1 if self._session else 2]
            shortened = {name: _hex(fields[name]) for name in hashes if name in fields}
        except (ValueError, KeyError):
            raise RejectedRowError("invalid_event", {}) from None
        fields |= {"t": msgspec.Raw(str(t).encode()), "at": self._at, **shortened}
        line = encode(fields) + b"\n"
        return hashed_line(line, self._session) if self._session else line


def _hex(uuid: msgspec.Raw) -> msgspec.Raw:
    return msgspec.Raw(bytes(uuid).replace(b"-", b""))
