"""The keyed hashes of ids, computed independently as README.md describes them."""

from __future__ import annotations

import hmac
from typing import Any


def visitor_of(event: dict[str, Any], salt: str) -> str:
    """Return the hash of an event's user id, 32 hex digits."""
    return _hashed(event["anon"], salt)


def session_of(event: dict[str, Any], salt: str) -> str | None:
    """Return the hash of an event's session id, None if it has none."""
    session = event.get("sessionId") or (event.get("m") or {}).get("sessionId")
    if isinstance(session, bool) or not isinstance(session, str | int | float) or session == "":
        return None
    return _hashed(f"\0session:{visitor_of(event, salt)}:{session}", salt)


def _hashed(text: str, salt: str) -> str:
    return hmac.digest(salt.encode(), text.encode(), "sha256")[:16].hex()
