"""The rows of the lists in the answer of `GET /stats`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

TABLE_ROWS = 20
OTHER = "other"
# names past the rollups' limit: see MAX_VALUES
REFUSED = "(other)"
NAMELESS = (OTHER, REFUSED)  # last in each list


def student(anon_end: str) -> str:
    """Return a visitor's display name, from the last six characters of the anonymised id."""
    return f"Student #{anon_end}"


def ratio(part: int, whole: int) -> float:
    """Return `part / whole`, or 0 if `whole` is 0."""
    return part / whole if whole else 0


def in_order(counts: dict[str, int], rest: int = 0) -> dict[str, int]:
    """Return counts with `other`, to which `rest` is added, and `(other)` moved to the end."""
    found = {**counts, OTHER: counts.get(OTHER, 0) + rest} if rest else dict(counts)
    for name in NAMELESS:
        if name in found:
            found[name] = found.pop(name)
    return found


def head(counts: dict[str, int], most: int) -> dict[str, int]:
    """Return the first `most` of ordered counts, always including `other` and `(other)`."""
    last = {name: counts[name] for name in NAMELESS if name in counts}
    named = [(name, count) for name, count in counts.items() if name not in last]
    return dict(named[: most - len(last)]) | last


def _milliseconds(time: datetime) -> int:
    return round(time.timestamp() * 1000)


def show_session(row: Any) -> dict[str, Any]:
    """Return a session; times in ms since 1970."""
    return {
        "id": row.id,
        "student": student(row.student),
        "startedAt": _milliseconds(row.started_at),
        "lastAt": _milliseconds(row.last_at),
        "completed": row.completed,
        "exit": -1 if row.exit_code is None else row.exit_code,
        "durationMs": row.duration_ms,
        "interactive": row.interactive,
    }


def show_run(row: Any, exit_code: int) -> dict[str, Any]:
    """Return a run; `ts` in ms since 1970."""
    return {
        "student": student(row.student),
        "ts": _milliseconds(row.t),
        "durationMs": row.duration_ms,
        "interactive": row.interactive,
        "exit": exit_code,
        "outputBucket": row.out_bytes_bucket or "-",
    }


def rank(counts: dict[str, int], total: int, key_name: str) -> list[dict[str, Any]]:
    """Return the first rows of a table; `counts` are sorted, highest first."""
    return [
        {
            "key": key,
            key_name: key,
            "count": count,
            "pct": ratio(count, total),
            "percent": round(100 * ratio(count, total), 1),
        }
        for key, count in list(counts.items())[:TABLE_ROWS]
    ]
