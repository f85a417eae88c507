"""Frames for the charts' tests, with the columns and types of the queries."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from dashboard_app.window import Window

DAYS = Window(date(2026, 3, 1), date(2026, 3, 2))
TYPES = {
    "day": "datetime64[us, UTC]",
    "events": "int64",
    "visitors": "int64",
    "minute": "datetime64[us, UTC]",
    "weekday": "int64",
    "hour": "int64",
    "sessions": "int64",
    "median": "float64",
    "p90": "float64",
    **dict.fromkeys(("daily", "weekly", "monthly"), "int64"),
    "new_visitors": "int64",
    "country": "str",
    "name": "str",
    "continent": "str",
    "version": "str",
    "share": "float64",
    "cohort": "datetime64[us, UTC]",
    "since": "int64",
    "returned": "int64",
    "complete": "bool",
    "value": "str",
    "kind": "str",
    "place": "int64",
    "t": "datetime64[us, UTC]",
    "since_ms": "float64",
    "evt": "str",
    "event": "str",
    "properties": "str",
    "days": "int64",
    "low": "float64",
    "high": "float64",
    **dict.fromkeys(("p50", "p90", "p95", "p99"), "float64"),
    **dict.fromkeys(("from_ms", "to_ms", "per_1000_runs"), "float64"),
    **dict.fromkeys(("started", "completed", "runs", "errors", "waits", "wait_ms"), "int64"),
    **dict.fromkeys(("compile_errors", "runtime_errors", "interactive", "truncated"), "int64"),
    **dict.fromkeys(("first_day", "last_day"), "datetime64[us, UTC]"),
    **dict.fromkeys(("exception", "host"), "str"),
    "reached": "bool",
}


def frame(columns: str, *rows: tuple[Any, ...]) -> pd.DataFrame:
    """Return a frame of some of the columns above, which may have no rows."""
    names = columns.split()
    table = pd.DataFrame(list(rows), columns=names)
    for name in names:
        if TYPES[name].startswith("datetime64"):
            table[name] = pd.to_datetime(table[name], utc=True, format="ISO8601")
    return table.astype({name: TYPES[name] for name in names})


def rows_of(spec: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of a chart's data."""
    datasets: dict[str, list[dict[str, Any]]] = spec["datasets"]
    return [row for rows in datasets.values() for row in rows]
