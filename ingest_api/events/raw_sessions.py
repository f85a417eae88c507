"""Hash the raw session ids of rejected rows."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from ingest_api.events.contract import session_text


def hide_sessions(row: dict[str, Any], session: Callable[[str, str], str]) -> None:
    """Hash the session ids of a rejected row, in its column and in `m`.

    `session` takes the visitor's hash and the id. If the row has no visitor, or `m` can't be
    parsed, the ids are removed.
    """
    m = row.get("m")
    if isinstance(m, str):
        try:
            parsed = json.loads(m)
        except (ValueError, RecursionError):
            parsed = None
            row["m"] = None if "sessionId" in m else m
        if isinstance(parsed, dict) and "sessionId" in parsed:
            row["m"] = m = parsed
    for holder, key in ((row, "session_id"), (m, "sessionId")):
        if isinstance(holder, dict) and key in holder:
            raw = session_text(holder.pop(key))
            if raw and row.get("anon"):
                holder[key] = session(row["anon"], raw)
